/**
 * Whether a rejected `fetch` proves that nothing reached the server: no address, no connection, or no trusted TLS session to send it over.
 * `false` means unknown; a reset, for one, may come after the request was read.
 *
 * Reads the codes that Node leaves under `TypeError: fetch failed`; with several addresses tried, every one of them must have failed this way.
 *
 * @see https://nodejs.org/api/tls.html#x509-certificate-error-codes
 * @see https://github.com/nodejs/undici/blob/main/docs/docs/api/Errors.md
 */
export function neverSent(failure: unknown): boolean {
  try {
    return failedBeforeSending(failure, 0);
  } catch {
    return false;
  }
}

function failedBeforeSending(failure: unknown, depth: number): boolean {
  if (typeof failure !== "object" || failure === null || depth > 4) return false;
  const { code, syscall, errors, cause } = failure as { code?: unknown; syscall?: unknown; errors?: unknown; cause?: unknown };
  if (Array.isArray(errors) && errors.length > 0) return errors.every((error) => failedBeforeSending(error, depth + 1));
  return syscall === "connect" || (typeof code === "string" && BEFORE_SENDING.has(code)) || failedBeforeSending(cause, depth + 1);
}

const BEFORE_SENDING: ReadonlySet<string> = new Set([
  // name resolution
  "ENOTFOUND",
  "EAI_AGAIN",
  "EAI_FAIL",
  "EAI_NODATA",
  "EAI_NONAME",
  // connecting
  "ECONNREFUSED",
  "EHOSTUNREACH",
  "EHOSTDOWN",
  "ENETUNREACH",
  "ENETDOWN",
  "EADDRNOTAVAIL",
  "UND_ERR_CONNECT_TIMEOUT",
  // the TLS handshake
  "ERR_SSL_WRONG_VERSION_NUMBER",
  "ERR_SSL_UNSUPPORTED_PROTOCOL",
  "ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION",
  "ERR_SSL_TLSV1_UNRECOGNIZED_NAME",
  "ERR_SSL_SSLV3_ALERT_HANDSHAKE_FAILURE",
  "ERR_SSL_SSL/TLS_ALERT_HANDSHAKE_FAILURE",
  // the server's certificate
  "ERR_TLS_CERT_ALTNAME_INVALID",
  "HOSTNAME_MISMATCH",
  "DEPTH_ZERO_SELF_SIGNED_CERT",
  "SELF_SIGNED_CERT_IN_CHAIN",
  "UNABLE_TO_GET_ISSUER_CERT",
  "UNABLE_TO_GET_ISSUER_CERT_LOCALLY",
  "UNABLE_TO_VERIFY_LEAF_SIGNATURE",
  "CERT_SIGNATURE_FAILURE",
  "CERT_NOT_YET_VALID",
  "CERT_HAS_EXPIRED",
  "CERT_REVOKED",
  "CERT_REJECTED",
  "CERT_UNTRUSTED",
  "CERT_CHAIN_TOO_LONG",
  "INVALID_CA",
  "INVALID_PURPOSE",
  "PATH_LENGTH_EXCEEDED",
]);
