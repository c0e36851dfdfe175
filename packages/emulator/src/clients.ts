/** An app as its developer has set it up in the dashboard. */
export interface EmulatorClient {
  readonly clientId: string;
  /** Absent makes a public client, which must use PKCE. With a secret, every token request must prove it. */
  readonly clientSecret?: string;
  /** Matched exactly; a loopback literal without a port fits any port. */
  readonly redirectUris: readonly string[];
  /** What the consent page calls it. @defaultValue the client id */
  readonly name?: string;
  /** User ids that may use the Web API (development mode's user list). Anybody may still consent. @defaultValue absent: everybody */
  readonly allowlist?: readonly string[];
  /** `false`: the whole Web API answers 403, as when the developer's own Premium lapses. @defaultValue true */
  readonly ownerHasPremium?: boolean;
  /**
   * `development` takes away what apps without extended quota lost in November 2024 and February 2026: 47 operations, and `country`, `email`,
   * `explicit_content`, `followers` and `product` of `/v1/me`.
   *
   * @defaultValue "extended"
   */
  readonly quota?: "development" | "extended";
}

/** The app that exists unless others are given. */
export const defaultClients: readonly EmulatorClient[] = [
  {
    clientId: "emulator-client",
    clientSecret: "emulator-secret",
    name: "Example app",
    redirectUris: ["http://127.0.0.1/callback", "http://127.0.0.1/auth/spotify/callback"],
  },
];
