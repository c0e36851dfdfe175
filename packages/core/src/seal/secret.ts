/**
 * What is wrong with a sealing secret, as one sentence that says what to do; `null` when it is good enough.
 *
 * The rule: at least 32 bytes, and no pattern. Two hex digits are one byte, four characters of base64 or base64url three, any other text counts as its UTF-8 bytes. A pattern is a text that is
 * one piece repeated, or whose neighbouring characters differ in fewer than 16 ways: `aaaa…`, `abcd…`, `changeme-changeme-…`. Random text of this length never comes near either.
 * A rule like this cannot recognise a guessable sentence, so the message names a command.
 *
 * @see OWASP ASVS 5.0 requirement 11.2.2 on keys, NIST SP 800-133 section 4 on where they come from
 */
export function checkSecret(secret: string): string | null {
  if (typeof secret !== "string" || secret === "") return `The secret is missing. ${REMEDY}`;
  if (secret.trim() !== secret || /[\0-\x1f\x7f]/.test(secret))
    return "The secret begins or ends with white space, or holds a control character. Remove it, or other processes may read another secret.";
  if (strengthBytes(secret) < 32) return `The secret is shorter than 32 bytes: 43 characters of base64, or 64 hex digits. ${REMEDY}`;
  if (isPattern(secret)) return `The secret repeats itself. ${REMEDY}`;
  return null;
}

const REMEDY = "Make one with: openssl rand -base64 32";

function strengthBytes(secret: string): number {
  if (/^[0-9a-f]+$/i.test(secret)) return secret.length / 2;
  const base64 = /^([\w+/-]+)={0,2}$/.exec(secret);
  return base64?.[1] === undefined ? new TextEncoder().encode(secret).byteLength : (base64[1].length * 3) / 4;
}

function isPattern(secret: string): boolean {
  const steps = new Set<number>();
  for (let index = 1; index < secret.length; index += 1) steps.add(secret.charCodeAt(index) - secret.charCodeAt(index - 1));
  // A text that is one piece repeated is found again inside its own double, before the second half.
  return steps.size < 16 || `${secret}${secret}`.indexOf(secret, 1) < secret.length;
}
