/**
 * What the token endpoint does with a refresh token.
 *
 * - `non-rotating`: it stays valid and answers carry no `refresh_token`. Today's Spotify.
 * - `strict`: every refresh brings a new one; the old one is refused.
 * - `family`: as strict, and presenting a spent one revokes the whole grant.
 * - `grace`: as strict, but the previous one works for a while, or until the new one is used.
 * - `latest-wins`: presenting the previous one again brings yet another and kills the one it brought before.
 */
export type RefreshBehaviour = "non-rotating" | "strict" | "family" | "grace" | "latest-wins";

export const refreshBehaviours: readonly RefreshBehaviour[] = ["non-rotating", "strict", "family", "grace", "latest-wins"];

/** Where a presented refresh token stands in its grant, which itself is neither revoked nor expired. */
export interface Standing {
  /** It is the newest one of its grant. */
  readonly current: boolean;
  /** The newest one was issued in exchange for it. */
  readonly parentOfCurrent: boolean;
  /** How long ago a newer one took its place, in milliseconds; 0 for the current one. */
  readonly supersededForMs: number;
  /** A newer one has been presented since, so its holder has received it. */
  readonly newerWasUsed: boolean;
}

export type Judgement = "keep" | "rotate" | "refuse" | "revoke-family";

/** What becomes of a presented refresh token. Pure. */
export function judge(behaviour: RefreshBehaviour, standing: Standing, graceMs: number): Judgement {
  if (standing.current) return behaviour === "non-rotating" ? "keep" : "rotate";
  switch (behaviour) {
    case "non-rotating":
    case "strict":
      return "refuse";
    case "family":
      return "revoke-family";
    case "grace":
      return standing.supersededForMs < graceMs && !standing.newerWasUsed ? "rotate" : "refuse";
    case "latest-wins":
      return standing.parentOfCurrent ? "rotate" : "refuse";
  }
}
