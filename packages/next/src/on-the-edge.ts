const refuse = (): never => {
  throw new Error(
    '@refrain/next needs the Node.js runtime. In middleware.ts of Next 15 write: export const config = { runtime: "nodejs" }; in routes remove runtime = "edge".',
  );
};

/** On the Edge runtime all but `check` throw when they are called. */
export const handlers: Record<"GET" | "HEAD" | "POST" | "PUT" | "PATCH" | "DELETE", () => never> = {
  GET: refuse,
  HEAD: refuse,
  POST: refuse,
  PUT: refuse,
  PATCH: refuse,
  DELETE: refuse,
};
export const withSpotify: () => () => never = () => refuse;
export const getSpotify: () => never = refuse;
export const proxy: () => never = refuse;
/** Next runs `instrumentation.ts` here as well, for an Edge route of the app's that has nothing to do with us. */
export const check = async (): Promise<void> => {};
export const createSpotify = (): object => ({ handlers, withSpotify, getSpotify, proxy, check, auth: refuse });
export const createSpotifyPages = (): object => ({ withSpotifyApi, withSpotifyPage });
export const withSpotifyApi: () => () => never = () => refuse;
export const withSpotifyPage: () => () => never = () => refuse;
