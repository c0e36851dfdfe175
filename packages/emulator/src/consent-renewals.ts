/**
 * What a silent bounce does: an authorization in which the user, who had approved before, is sent straight back without a click.
 * Spotify says that a successful authorization starts another six months, but nobody has measured whether a bounce counts as one.
 *
 * - `restarts`: it brings another refresh token with six months of its own.
 * - `keeps`: it gives the app the refresh token that it has, with the scopes and the deadline of that consent, as long as it lives.
 *
 * A click, and with it any request with `show_dialog=true`, restarts in both.
 */
export type ConsentRenewal = "restarts" | "keeps";

export const consentRenewals: readonly ConsentRenewal[] = ["restarts", "keeps"];
