import type { Express } from "express";
import { versionOf } from "./version.js";

/** One library, with which the same small app is built. */
export interface Peer {
  /** How the table calls it. */
  readonly name: string;
  /** The packages whose versions are shown, the one it is about first. Ours have none. */
  readonly packages: readonly string[];
  /** Why several processes cannot serve the same users; `null` where they can. */
  readonly oneProcess: string | null;
  /** Whether it keeps what it knows in Redis. @defaultValue false */
  readonly onRedis?: boolean;
  /**
   * The app: `GET /login` begins a sign-in, `GET /me` answers whoever has a usable access token at hand and calls nobody, `GET /profile` calls `/v1/me` of the Web API with it.
   * Who has to sign in again gets 401.
   */
  build(setting: Setting): Promise<Express>;
}

/** Where an app finds itself. */
export interface Setting {
  /** Under which users know it. Several processes of one app are known under the first one's. */
  readonly origin: string;
  /** Of the emulator, which serves `/authorize`, `/api/token` and `/v1/*`. */
  readonly spotify: string;
  /** Of the emulator as an OpenID provider. */
  readonly openid: string;
  /** A folder that all processes of the app share. */
  readonly folder: string;
  /** The URL of a Redis that all processes of the app share, for peers that ask for one. */
  readonly redis?: string;
}

/** As the emulator knows the app. */
export const client = { id: "emulator-client", secret: "emulator-secret" };

export const scopes: readonly ["user-read-private", "user-read-email"] = ["user-read-private", "user-read-email"];

export const secret = "a secret for measurements only, which seals nothing of worth";

/** A peer and the version of what it is about. */
export function peerLabel({ name, packages: [main] }: Peer): string {
  return main === undefined ? name : `${name} ${versionOf(main)}`;
}
