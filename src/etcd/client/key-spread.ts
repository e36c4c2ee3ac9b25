import { isBehind, prefixEnd, withByte } from "./key-order.ts";

const DASH = 0x2d;
const DOT = 0x2e;
const SLASH = 0x2f;
const FIRST_DIGIT = 0x30;
const LAST_LETTER = 0x7a;
/** The bytes of which Kubernetes makes names, in order, and all behind them; a step passes over what lies between two. */
const ALPHABET = Buffer.concat([
  Buffer.from("-./0123456789abcdefghijklmnopqrstuvwxyz"),
  Uint8Array.from({ length: 0xff - LAST_LETTER }, (_, index) => LAST_LETTER + 1 + index),
]);
/** Where in the alphabet names end that have digits at a place, or letters, or anything. */
const NAMES_ENDS = [ALPHABET.indexOf("a"), ALPHABET.indexOf("z") + 1, ALPHABET.length];

/** How densely keys lie: so many in so many steps of the alphabet, at one byte of the key. */
export interface KeySpread {
  /** Position of that byte in the key. */
  readonly index: number;
  readonly steps: number;
  readonly keys: number;
  /** Place in the alphabet behind the last byte that is expected there. */
  readonly namesEnd: number;
}

/** A guess how far to read. */
export interface Reach {
  /** First key behind it. */
  readonly end: Uint8Array;
  /** How densely keys lie when it turns out to hold so many; null when that tells nothing. */
  readonly spreadWith: (keys: number) => KeySpread | null;
}

/** How the keys of a page lie, by the first byte in which its first and its last key differ. */
export function spreadOf(first: Uint8Array, last: Uint8Array, keys: number): KeySpread {
  const index = sharedLength(first, last);
  const highest = rankAt(last, index);
  return { index, steps: Math.max(1, highest - rankAt(first, index)), keys, namesEnd: namesEndOf(highest) };
}

/** Reaches over some `keysWanted` keys behind `from` if they lie as told; over fewer where such names end before. */
export function reachAfter(from: Uint8Array, known: KeySpread, keysWanted: number): Reach {
  const { index, ...spread } = from.length < known.index ? twoNames(from, keysWanted) : known;
  const rank = rankAt(from, index);
  const steps = Math.max(1, Math.round((spread.steps * keysWanted) / spread.keys));
  const namesEnd = Math.max(spread.namesEnd, namesEndOf(rank));
  const prefix = from.subarray(0, index);
  const letter = ALPHABET[rank + steps];
  if (letter !== undefined && rank + steps < namesEnd) {
    return { end: withByte(prefix, letter), spreadWith: (keys) => ({ index, steps, keys, namesEnd }) };
  }
  const last = prefix.at(-1);
  // All names that begin with this word end here; what others the folder holds is not known.
  if (last === DASH || last === DOT) return { end: behindFolder(prefix), spreadWith: () => null };
  const shareLeft = (namesEnd - rank) / namesEnd;
  return { end: behindAll(prefix), spreadWith: (keys) => coarserSpread(prefix, keys / shareLeft, keysWanted) };
}

/**
 * Reaches farther with each miss, at first over no more than a few steps of the names that the range may hold, and after some
 * six misses over all that is left: a long walk, where short ones found nothing.
 */
export function reachWide(from: Uint8Array, rangeEnd: Uint8Array, misses: number): Reach {
  const spreadWith = (): null => null;
  const length = from.length - 2 ** (misses - 1);
  if (length <= 0) return { end: rangeEnd, spreadWith };
  const wide = behindAll(from.subarray(0, length));
  const nameStart = sharedLength(from, rangeEnd) + 1;
  const letter = ALPHABET[rankAt(from, nameStart) + 2];
  const widest = letter === undefined ? rangeEnd : withByte(from.subarray(0, nameStart), letter);
  return { end: isBehind(wide, widest) ? widest : wide, spreadWith };
}

/** The spread one byte before the end of `prefix`, unless one step there is more than is wanted. */
function coarserSpread(prefix: Uint8Array, keys: number, keysWanted: number): KeySpread | null {
  if (keys > keysWanted) return null;
  const index = prefix.length - 1;
  return { index, steps: 1, keys, namesEnd: namesEndOf(rankAt(prefix, index)) };
}

/** Where nothing is known: the next two names at the end of the key, be it a name or behind a folder. */
function twoNames(from: Uint8Array, keys: number): KeySpread {
  const isBehindFolder = from.at(-1) === SLASH + 1;
  const index = Math.max(0, from.length - (isBehindFolder ? 2 : 1));
  return { index, steps: 2, keys, namesEnd: namesEndOf(rankAt(from, index)) };
}

/** Behind all keys with this prefix, up to where the next names may begin. */
function behindAll(prefix: Uint8Array): Uint8Array {
  for (let length = prefix.length; length > 0; length--) {
    const byte = prefix[length - 1] as number;
    const next = ALPHABET.find((letter) => letter > byte);
    if (byte !== LAST_LETTER && next !== undefined) return withByte(prefix.subarray(0, length - 1), next);
  }
  return prefixEnd(prefix);
}

function behindFolder(key: Uint8Array): Uint8Array {
  return prefixEnd(key.subarray(0, key.lastIndexOf(SLASH) + 1));
}

function sharedLength(left: Uint8Array, right: Uint8Array): number {
  let length = 0;
  while (length < left.length && left[length] === right[length]) length += 1;
  return length;
}

function namesEndOf(rank: number): number {
  return NAMES_ENDS.find((end) => rank < end) ?? ALPHABET.length;
}

/** Where a byte of a key stands in the alphabet, or would stand; behind the key's end, where names begin. */
function rankAt(key: Uint8Array, index: number): number {
  const byte = key[index] ?? FIRST_DIGIT;
  return ALPHABET.findIndex((letter) => letter >= byte);
}
