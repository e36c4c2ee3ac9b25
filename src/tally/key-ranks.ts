import type { KeyTable } from "../bytes/key-table.ts";

/** Bytes that are compared in one round; each is a symbol of its own, and 0 the end of a key, which sorts first. */
const ROUND_BYTES = 3;
const SYMBOLS = 257;
/** A round's symbols (257^3 < 2^25) and the number of a key stand together in the 53 bits of a double. */
const KEY_SPAN = 2 ** 28;
/** So few keys are compared in full. */
const SMALL_RANGE = 16;

/**
 * The place of some keys of a table among themselves, by their bytes; 0 for all others. Sorted some bytes at a time:
 * memory is 16 bytes a key, and nobody who may name objects can make it slow.
 * @param wanted their numbers, each once
 */
export function keyRanks(keys: KeyTable, wanted: Uint32Array): Uint32Array {
  const order = sortedKeys(keys, wanted);
  const ranks = new Uint32Array(keys.size);
  for (let rank = 0; rank < order.length; rank++) ranks[order[rank] as number] = rank;
  return ranks;
}

function sortedKeys(keys: KeyTable, wanted: Uint32Array): Uint32Array {
  // A live etcd gives its keys in order.
  if (areInOrder(keys, wanted)) return wanted;
  const order = wanted.slice();
  const round = new Float64Array(order.length);
  const ranges = [{ from: 0, to: order.length, depth: 0 }];
  for (let range = ranges.pop(); range !== undefined; range = ranges.pop()) {
    const { from, to } = range;
    if (to - from <= SMALL_RANGE) {
      order.subarray(from, to).sort((a, b) => keys.compare(a, b));
      continue;
    }
    const depth = sharedLength(keys, order.subarray(from, to), range.depth);
    for (let index = from; index < to; index++) {
      const key = order[index] as number;
      round[index] = symbolsAt(keys.bytesOf(key), depth) * KEY_SPAN + key;
    }
    round.subarray(from, to).sort();
    let start = from;
    for (let index = from; index < to; index++) {
      order[index] = (round[index] as number) % KEY_SPAN;
      const isLast = index + 1 === to || symbolsOf(round[index + 1] as number) !== symbolsOf(round[index] as number);
      if (!isLast) continue;
      if (index > start) ranges.push({ from: start, to: index + 1, depth: depth + ROUND_BYTES });
      start = index + 1;
    }
  }
  return order;
}

function areInOrder(keys: KeyTable, wanted: Uint32Array): boolean {
  for (let index = 1; index < wanted.length; index++) {
    if (keys.compare(wanted[index - 1] as number, wanted[index] as number) > 0) return false;
  }
  return true;
}

/** How many bytes all of these keys share, which are at least `least`. */
function sharedLength(keys: KeyTable, some: Uint32Array, least: number): number {
  const first = keys.bytesOf(some[0] as number);
  let shared = first.length;
  for (const key of some) {
    const bytes = keys.bytesOf(key);
    let length = least;
    while (length < shared && bytes[length] === first[length]) length++;
    shared = length;
    if (shared === least) break;
  }
  return shared;
}

function symbolsAt(bytes: Uint8Array, depth: number): number {
  let symbols = 0;
  for (let index = depth; index < depth + ROUND_BYTES; index++) {
    symbols = symbols * SYMBOLS + (index < bytes.length ? (bytes[index] as number) + 1 : 0);
  }
  return symbols;
}

function symbolsOf(roundValue: number): number {
  return Math.floor(roundValue / KEY_SPAN);
}
