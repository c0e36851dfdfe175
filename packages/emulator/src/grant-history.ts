/** Whether an answer that carried a token left the emulator: `sent` means handed to the operating system, `lost` that a fault or a closed connection kept it back. */
export type Delivery = "pending" | "sent" | "lost";

/** One refresh token of a grant, from birth to end. All instants are Unix ms of the emulator's clock. */
export interface RefreshTokenHistory {
  readonly fingerprint: string;
  /** 1 for the token that consent brought, one more with every rotation. */
  readonly generation: number;
  /** Fingerprint of the token it was exchanged for; `null` for the first. */
  readonly parent: string | null;
  readonly issuedAt: number;
  readonly delivery: Delivery;
  /** When it was presented successfully for the first time. */
  readonly usedAt: number | null;
  /** When a newer one took its place; the end of the whole grant is in {@link GrantHistory.ended}. */
  readonly supersededAt: number | null;
}

/** One thing that happened to a grant. */
export interface GrantEvent {
  readonly at: number;
  /** `refused` is a verdict that was true, `lied` one that a fault invented; `bounced` is another login that kept this grant, `withdrawn` the loss of scopes. */
  readonly kind: "authorized" | "exchanged" | "bounced" | "refreshed" | "rotated" | "withdrawn" | "refused" | "lied" | "revoked" | "expired";
  /** A sentence. */
  readonly why: string;
  /** Fingerprint of the refresh token presented, where one was. */
  readonly refreshToken?: string;
  /** Fingerprint of the refresh token issued, where one was. */
  readonly issued?: string;
}

/** Everything that happened to one consent: enough to say later whether a lost user could have been kept. */
export interface GrantHistory {
  readonly id: string;
  readonly clientId: string;
  readonly user: string;
  /** What is left of what was granted. */
  readonly scopes: readonly string[];
  readonly authorizedAt: number;
  /** Six calendar months after `authorizedAt`; refreshing does not move it. */
  readonly expiresAt: number;
  readonly ended: { readonly at: number; readonly why: string } | null;
  readonly refreshTokens: readonly RefreshTokenHistory[];
  /** Oldest first; the last 1,000. */
  readonly events: readonly GrantEvent[];
}
