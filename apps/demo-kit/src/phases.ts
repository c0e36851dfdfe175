const dayMs = 86_400_000;

/** What a bar that runs empty begins with. */
export const tokenLifetimeMs = 3_600_000;
export const consentMs: number = 183 * dayMs;

/** What each phase means for whoever is signed in. */
export const meanings = {
  active: "All is well.",
  refreshing: "A new token is being fetched.",
  backoff: "The last try failed; the next one comes by itself.",
  suspect: "Spotify's last word was doubtful; it is asked once more.",
  reauthorize: "Spotify ended the consent.",
} as const;
