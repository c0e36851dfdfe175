/** A duration in words: `59 min 30 s`, `5 h 10 min`, `182 days`. */
export function duration(ms: number): string {
  const seconds = Math.max(0, Math.round(ms / 1000));
  const days = Math.floor(seconds / 86_400);
  const hours = Math.floor(seconds / 3600);
  const minutes = Math.floor(seconds / 60);
  if (days >= 2) return `${days} days`;
  if (hours >= 2) return `${hours} h ${minutes % 60} min`;
  if (minutes >= 1) return `${minutes} min ${seconds % 60} s`;
  return `${seconds} s`;
}
