/** A whole HTTP answer, before any fault gets at it. */
export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

export function json(status: number, value: unknown, headers: Readonly<Record<string, string>> = {}): Answer {
  return { status, headers: { "content-type": "application/json", "cache-control": "no-store", ...headers }, body: JSON.stringify(value) };
}

export function text(status: number, body: string, headers: Readonly<Record<string, string>> = {}): Answer {
  return { status, headers: { "content-type": "text/plain; charset=utf-8", "cache-control": "no-store", ...headers }, body };
}

export function empty(status: number, headers: Readonly<Record<string, string>> = {}): Answer {
  return { status, headers: { "cache-control": "no-store", ...headers }, body: "" };
}

/** 303 after a form, 302 after a plain navigation: what browsers have always done with either. */
export function redirect(status: 302 | 303, location: string, headers: Readonly<Record<string, string>> = {}): Answer {
  return { status, headers: { location, "cache-control": "no-store", "referrer-policy": "no-referrer", ...headers }, body: "" };
}
