/**
 * Stands in for Web Crypto while `run` runs: ids count up instead of being random, and a digest is there at once, so that a run is fast and replays to the letter.
 * Nothing of it is secret or safe, and nothing in a simulation needs it to be.
 */
export async function withCountedCrypto<Value>(run: () => Promise<Value>): Promise<Value> {
  const own = Object.getOwnPropertyDescriptor(globalThis, "crypto");
  if (own === undefined) throw new Error("there is no crypto to stand in for");
  let drawn = 0;
  const counted = {
    getRandomValues<Bytes extends Uint8Array>(bytes: Bytes): Bytes {
      drawn += 1;
      for (let index = 0; index < bytes.length; index += 1) bytes[index] = (drawn >>> (8 * (index % 4))) & 0xff;
      return bytes;
    },
    subtle: {
      digest: async (_algorithm: string, data: Uint8Array): Promise<ArrayBuffer> => digest(data),
    },
  };
  Object.defineProperty(globalThis, "crypto", { configurable: true, enumerable: true, value: counted });
  try {
    return await run();
  } finally {
    Object.defineProperty(globalThis, "crypto", own);
  }
}

/** 32 bytes that differ for texts that differ, as far as a simulation's few texts go: FNV-1a, eight times. */
function digest(data: Uint8Array): ArrayBuffer {
  const words = new Uint32Array(8);
  for (let word = 0; word < 8; word += 1) {
    let hash = 0x811c9dc5 ^ Math.imul(word, 0x9e3779b1);
    for (const byte of data) hash = Math.imul(hash ^ byte, 0x01000193);
    words[word] = hash >>> 0;
  }
  return words.buffer;
}
