export type { SignInAs } from "@refrain/core/testing/sign-in-as";
export { SpotifyAuthTesting } from "./spotify-auth-testing.js";
export { SpotifyAuthTestingModule } from "./spotify-auth-testing-module.js";
export { testingOptions } from "./testing-options.js";
