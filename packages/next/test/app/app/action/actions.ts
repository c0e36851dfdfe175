"use server";
import { getSpotify } from "../../lib/spotify";

export interface Said {
  readonly signInUrl: string | null;
  readonly user: string | null;
  readonly secret: string | null;
}

export async function greet(_before: Said | null, form?: FormData): Promise<Said> {
  const { spotify, signInUrl } = await getSpotify({ required: true, inAction: true, ...(form?.get("more") === "yes" ? { scopes: ["user-read-email"] } : {}) });
  return { signInUrl, user: spotify?.user.id ?? null, secret: spotify === null ? null : "members only" };
}
