/** A page of a collection, cut by `limit` and `offset` of the request. */
export function paging(url: URL, all: readonly unknown[], fallback = 20): object {
  const limit = whole(url, "limit", fallback);
  const offset = whole(url, "offset", 0);
  const at = (start: number): string => {
    const other = new URL(`https://api.spotify.com${url.pathname}${url.search}`);
    other.searchParams.set("limit", String(limit));
    other.searchParams.set("offset", String(start));
    return other.href;
  };
  return {
    href: at(offset),
    limit,
    offset,
    total: all.length,
    next: offset + limit < all.length ? at(offset + limit) : null,
    previous: offset > 0 ? at(Math.max(0, offset - limit)) : null,
    items: all.slice(offset, offset + limit),
  };
}

function whole(url: URL, name: string, fallback: number): number {
  const value = url.searchParams.get(name);
  return value !== null && /^\d{1,5}$/.test(value) ? Number(value) : fallback;
}
