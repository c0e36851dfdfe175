/** What `/v1/me` of some users lacks. Apps must need none of it but `id`. */
export type ProfileField = "account_id" | "country" | "display_name" | "email" | "images" | "product";

/** An invented person with an invented Spotify account. */
export interface EmulatorUser {
  /** The old, discouraged user id. */
  readonly id: string;
  /** `account_id` of `/v1/me`: immutable, meant for account linking since May 2026. */
  readonly accountId: string;
  readonly name: string;
  /** @defaultValue false */
  readonly premium?: boolean;
  /** @defaultValue `<id>@example.test` */
  readonly email?: string;
  /** ISO 3166-1 alpha-2. @defaultValue "SE" */
  readonly country?: string;
  /** Address of a picture. @defaultValue absent: an empty list of images */
  readonly imageUrl?: string;
  /** What their profile lacks whatever the scopes; `display_name` is then `null`, everything else absent. @defaultValue nothing */
  readonly without?: readonly ProfileField[];
  /** Whether something is playing on one of their devices. @defaultValue true */
  readonly listening?: boolean;
}

/** The people that exist unless others are given. */
export const defaultUsers: readonly EmulatorUser[] = [
  { id: "mira", accountId: "acc-6f1c0a52d9e84b7c", name: "Mira Sandoval", premium: true, country: "DE" },
  { id: "teo", accountId: "acc-b20d47e3915f4a08", name: "Teo Lindqvist", country: "SE" },
  { id: "anouk", accountId: "acc-03e9f8c67ab14d52", name: "Anouk Okafor", premium: true, country: "NL", listening: false },
];
