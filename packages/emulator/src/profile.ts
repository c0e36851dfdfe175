import { json, type Answer } from "./answer.js";
import type { EmulatorUser, ProfileField } from "./users.js";
import type { Call } from "./web-api-call.js";
import { apiError, apiHeaders } from "./web-api-errors.js";

/** `/v1/me`: scopes unlock fields, development mode takes them away again whatever the scopes, and some users lack what others have. */
export function profile({ user, token, development }: Call): object {
  if (user === null) return {};
  const details = !development && token.scopes.includes("user-read-private");
  return lacking(user.without ?? [], {
    ...publicFields(user),
    account_id: user.accountId,
    ...(details
      ? {
          country: user.country ?? "SE",
          product: user.premium === true ? "premium" : "free",
          explicit_content: { filter_enabled: false, filter_locked: false },
        }
      : {}),
    ...(!development && token.scopes.includes("user-read-email") ? { email: user.email ?? `${user.id}@example.test` } : {}),
    ...(development ? {} : { followers: { href: null, total: user.name.length } }),
  });
}

/** `/v1/users/{user_id}`. */
export function publicProfile({ world, parameters }: Call): Answer {
  const user = world.users.get(parameters["user_id"] ?? "");
  return user === undefined ? apiError(404, "Resource not found") : json(200, lacking(user.without ?? [], publicFields(user)), apiHeaders);
}

function publicFields(user: EmulatorUser): object {
  const id = encodeURIComponent(user.id);
  return {
    id: user.id,
    display_name: user.name,
    type: "user",
    uri: `spotify:user:${id}`,
    href: `https://api.spotify.com/v1/users/${id}`,
    external_urls: { spotify: `https://open.spotify.com/user/${id}` },
    images: user.imageUrl === undefined ? [] : [{ url: user.imageUrl, width: 300, height: 300 }],
  };
}

/** Spotify's OpenAPI document allows `display_name` to be null; the rest is left out. */
function lacking(without: readonly ProfileField[], fields: object): object {
  const kept = Object.entries(fields).filter(([name]) => !without.some((field) => field === name));
  return { ...Object.fromEntries(kept), ...(without.includes("display_name") ? { display_name: null } : {}) };
}
