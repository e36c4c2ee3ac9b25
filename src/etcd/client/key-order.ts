/** Compares keys as etcd does: byte by byte, a shorter key before one that it begins. */
export function compareKeys(left: Uint8Array, right: Uint8Array): number {
  return Buffer.compare(left, right);
}

/** The first key after `key`, as a copy. */
export function keyAfter(key: Uint8Array): Uint8Array {
  const next = new Uint8Array(key.length + 1);
  next.set(key);
  return next;
}

/** Whether a key lies at or behind the end of a range; `\0` alone stands for no end (etcd, api/etcdserverpb/rpc.proto). */
export function isBehind(key: Uint8Array, rangeEnd: Uint8Array): boolean {
  const isEndless = rangeEnd.length === 1 && rangeEnd[0] === 0;
  return !isEndless && compareKeys(key, rangeEnd) >= 0;
}

/** The first key after all that begin with `prefix` (etcd, client/v3/op.go: getPrefix). `\0` stands for no end. */
export function prefixEnd(prefix: Uint8Array): Uint8Array {
  for (let length = prefix.length; length > 0; length--) {
    const byte = prefix[length - 1] as number;
    if (byte < 0xff) return withByte(prefix.subarray(0, length - 1), byte + 1);
  }
  return new Uint8Array(1);
}

/** `prefix` and one byte more, as a copy. */
export function withByte(prefix: Uint8Array, byte: number): Uint8Array {
  const key = new Uint8Array(prefix.length + 1);
  key.set(prefix);
  key[prefix.length] = byte;
  return key;
}
