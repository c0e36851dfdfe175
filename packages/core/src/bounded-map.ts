/** A map that forgets what was used longest ago. */
export interface BoundedMap<Key, Value> {
  get(key: Key): Value | undefined;
  set(key: Key, value: Value): void;
  delete(key: Key): void;
}

/**
 * Two generations: what is used lies in the younger one, and when that is full it becomes the older one, whose entries go unless they are used once more.
 * So a look-up moves nothing as long as it finds its entry among the young.
 *
 * @param most How many entries it holds at most; the half of them used last stay for certain.
 */
export function boundedMap<Key, Value>(most: number): BoundedMap<Key, Value> {
  const full = Math.ceil(most / 2);
  let young = new Map<Key, Value>();
  let old = new Map<Key, Value>();

  function keep(key: Key, value: Value): void {
    old.delete(key);
    young.set(key, value);
    if (young.size < full) return;
    old = young;
    young = new Map();
  }

  return {
    get(key) {
      const value = young.get(key);
      if (value !== undefined) return value;
      const older = old.get(key);
      if (older !== undefined) keep(key, older);
      return older;
    },
    set: keep,
    delete(key) {
      young.delete(key);
      old.delete(key);
    },
  };
}
