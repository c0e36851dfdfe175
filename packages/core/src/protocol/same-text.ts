/**
 * Whether two texts are equal, in a time that depends on their lengths only: how far a guess was right cannot be measured.
 *
 * @see RFC 6749 section 10.10 on guessing, OWASP ASVS 5.0 requirement 11.2.4
 */
export function sameText(left: string, right: string): boolean {
  let difference = left.length ^ right.length;
  for (let index = 0; index < right.length; index += 1) difference |= left.charCodeAt(index) ^ right.charCodeAt(index);
  return difference === 0;
}
