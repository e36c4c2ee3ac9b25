import { NOT_SAFE, NUMBER_CUT, NUMBER_TOO_LONG, SOUND } from "./problems";

/** Revisions, versions and sizes are safe integers in JavaScript. */
const MAX_SAFE: u64 = (1 << 53) - 1;

/** Where the number that was read last ends. */
export let varintEnd: usize = 0;
/** What is wrong with it; SOUND: nothing. */
export let varintProblem: u32 = SOUND;

/** Reads a protobuf varint of up to 64 bits that may go as far as `end`. */
export function readVarint(at: usize, end: usize): u64 {
  let value: u64 = 0;
  varintProblem = SOUND;
  for (let shift: u64 = 0; shift < 70; shift += 7) {
    if (at >= end) {
      varintProblem = NUMBER_CUT;
      break;
    }
    const byte = load<u8>(at++);
    value |= (<u64>(byte & 0x7f)) << shift;
    if (byte < 0x80) {
      varintEnd = at;
      return value;
    }
  }
  if (varintProblem === SOUND) varintProblem = NUMBER_TOO_LONG;
  varintEnd = at;
  return 0;
}

/** The same of a number that must be a safe integer. */
export function readSafeVarint(at: usize, end: usize): u64 {
  const value = readVarint(at, end);
  if (value > MAX_SAFE) varintProblem = NOT_SAFE;
  return value;
}

/** Eight bytes, big-endian, that must be a safe integer; sets `varintProblem`. */
export function readSafeBigEndian(at: usize): u64 {
  const value = bswap<u64>(load<u64>(at));
  varintProblem = value > MAX_SAFE ? NOT_SAFE : SOUND;
  return value;
}

/** Passes over bytes that are no number. */
export function passTo(at: usize): void {
  varintEnd = at;
  varintProblem = SOUND;
}
