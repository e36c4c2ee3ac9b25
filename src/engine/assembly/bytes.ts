/** Whether two places hold the same bytes. Compares from the end: what neighbours differ in stands there. */
export function areEqual(a: usize, b: usize, length: u32): bool {
  let at: usize = length;
  while (at >= 8) {
    at -= 8;
    if (load<u64>(a + at) !== load<u64>(b + at)) return false;
  }
  while (at > 0) {
    at--;
    if (load<u8>(a + at) !== load<u8>(b + at)) return false;
  }
  return true;
}

/** 2^64 divided by the golden ratio: spreads what is multiplied by it. */
const LENGTH_FACTOR: u64 = (0x9e3779b9 << 32) | 0x7f4a7c15;

let secretA: u64 = 0;
let secretB: u64 = 0;

/** Sets what nobody who chooses keys may know: without it they could choose such that fall together. */
export function seedHashes(a: u64, b: u64): void {
  secretA = a;
  secretB = b | 1;
}

/** A seeded hash of some bytes, 32 bits. */
export function hashOf(address: usize, length: u32): u32 {
  let hash = secretA ^ (<u64>length * LENGTH_FACTOR);
  let at = address;
  const end = address + length;
  for (; at + 8 <= end; at += 8) hash = mixed(hash ^ load<u64>(at));
  let rest: u64 = 0;
  for (; at < end; at++) rest = (rest << 8) | load<u8>(at);
  hash = mixed(hash ^ rest);
  return <u32>(hash ^ (hash >> 32));
}

/** High and low half of a 128-bit product, folded (as in wyhash): what goes in can't be told from what comes out. */
function mixed(value: u64): u64 {
  const low = value & 0xffffffff;
  const high = value >> 32;
  const secretLow = secretB & 0xffffffff;
  const secretHigh = secretB >> 32;
  const lowLow = low * secretLow;
  const highLow = high * secretLow + (lowLow >> 32);
  const middle = low * secretHigh + (highLow & 0xffffffff);
  const upper = high * secretHigh + (highLow >> 32) + (middle >> 32);
  return upper ^ ((middle << 32) | (lowLow & 0xffffffff));
}
