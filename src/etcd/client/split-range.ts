import { keyAfter, withByte } from "./key-order.ts";

/** What is asked of the server to find the middle of a range; both cost a walk over its index, no values. */
export interface RangeProbe {
  /** Keys from `key` to the range's end. */
  count(key: Uint8Array): Promise<number>;
  /** The first key at or after `key`, or null. */
  first(key: Uint8Array): Promise<Uint8Array | null>;
}

/** A quarter on either side is good enough. */
const SMALLEST_SHARE = 0.25;
const MOST_ROUNDS = 4;

type Found =
  | { readonly kind: "middle"; readonly key: Uint8Array }
  | { readonly kind: "between"; readonly prefix: Uint8Array };

/**
 * Finds a key that parts a range into two of similar size: how long a prefix most keys share, then which byte after it
 * parts them, and again below that byte when most keys have it. About ten questions, whatever the keys look like.
 * @param firstKey a key of the range; all keys counted come after it
 * @param total keys after `firstKey`
 * @returns null when no such key was found in a few rounds
 */
export async function findMiddle(firstKey: Uint8Array, total: number, probe: RangeProbe): Promise<Uint8Array | null> {
  let key = firstKey;
  let shared = 0;
  for (let round = 0; round < MOST_ROUNDS; round++) {
    const length = await sharedLength(key, shared, total, probe);
    if (length instanceof Uint8Array) return length;
    const found = await partingByte(key, length, total, probe);
    if (found.kind === "middle") return found.key;
    const next = await probe.first(found.prefix);
    if (next === null) return null;
    key = next;
    shared = found.prefix.length;
  }
  return null;
}

/** The shortest prefix of `key` that more than half of the keys have, by its length; or a middle, when one was met. */
async function sharedLength(
  key: Uint8Array,
  from: number,
  total: number,
  probe: RangeProbe,
): Promise<number | Uint8Array> {
  let low = from;
  let high = key.length;
  while (low < high) {
    const length = (low + high) >> 1;
    const beyond = afterPrefix(key, length + 1);
    const rest = beyond === null ? 0 : await probe.count(beyond);
    if (beyond !== null && isMiddle(rest, total)) return beyond;
    // Most keys come after all that begin with the longer prefix: so they don't share it.
    if (rest > total / 2) high = length;
    else low = length + 1;
  }
  return low;
}

/** The byte after the first `length` bytes of `key` that parts the keys in two, or that most of them have. */
async function partingByte(key: Uint8Array, length: number, total: number, probe: RangeProbe): Promise<Found> {
  const prefix = key.subarray(0, length);
  let low = length < key.length ? (key[length] as number) : 0;
  let high = 0x100;
  while (high - low > 1) {
    const byte = (low + high) >> 1;
    const candidate = withByte(prefix, byte);
    const rest = await probe.count(candidate);
    if (isMiddle(rest, total)) return { kind: "middle", key: candidate };
    if (rest > total / 2) low = byte;
    else high = byte;
  }
  return { kind: "between", prefix: withByte(prefix, low) };
}

/** The first key after all that share the first `length` bytes of `key`; null when there is none. */
function afterPrefix(key: Uint8Array, length: number): Uint8Array | null {
  const last = key[length - 1];
  if (last === undefined) return keyAfter(key);
  return last === 0xff ? null : withByte(key.subarray(0, length - 1), last + 1);
}

function isMiddle(rest: number, total: number): boolean {
  return rest >= total * SMALLEST_SHARE && rest <= total * (1 - SMALLEST_SHARE);
}
