import { KEY_MISSING, RUNS_OVER, SOUND, UNKNOWN_TYPE, WRONG_TYPE } from "./problems";
import { CUT, Record } from "./row";
import { passTo, readSafeVarint, readVarint, varintEnd, varintProblem } from "./varint";

/** Field tags of mvccpb.KeyValue (etcd api/mvccpb/kv.proto): field number << 3 | wire type. */
const KEY_TAG: u64 = (1 << 3) | 2;
const CREATE_REVISION_TAG: u64 = (2 << 3) | 0;
const MOD_REVISION_TAG: u64 = (3 << 3) | 0;
const VERSION_TAG: u64 = (4 << 3) | 0;
const VALUE_TAG: u64 = (5 << 3) | 2;
const LEASE_TAG: u64 = (6 << 3) | 0;
const HIGHEST_KNOWN_FIELD: u64 = 6;

const VARINT: u64 = 0;
const EIGHT_BYTES: u64 = 1;
const LENGTH_DELIMITED: u64 = 2;
const GROUP_START: u64 = 3;
const GROUP_END: u64 = 4;
const FOUR_BYTES: u64 = 5;
const WIRE_TYPE: u64 = 7;

/** The mod_revision of the message that was read last; 0 when it has none, as in a tombstone. */
export let modRevision: f64 = 0;

/** Forgets what a record's columns of the message were. */
function clear(record: Record): void {
  record.createRevision = 0;
  record.version = 0;
  record.lease = 0;
  record.keyOffset = 0;
  record.keyLength = 0;
  record.valueOffset = 0;
  record.size = 0;
}

/**
 * Reads one mvccpb.KeyValue into a record. Unknown fields are passed over, the last of a repeated field counts. The
 * record's `main` is left as it is.
 * @returns what is wrong: it does not end at `end`, has no key, a field of another type than its own, or a number that is
 * no safe integer
 */
export function readKeyValue(at: usize, end: usize, record: Record): u32 {
  clear(record);
  modRevision = 0;
  while (at < end) {
    const tag = readSafeVarint(at, end);
    if (varintProblem !== SOUND) return varintProblem;
    at = varintEnd;
    if (tag === LEASE_TAG) {
      record.lease = readVarint(at, end);
      if (varintProblem !== SOUND) return varintProblem;
      at = varintEnd;
      continue;
    }
    if (!isNumbered(tag)) {
      const problem = skipUnknownField(tag, at, end);
      if (problem !== SOUND) return problem;
      at = varintEnd;
      continue;
    }
    const number = readSafeVarint(at, end);
    if (varintProblem !== SOUND) return varintProblem;
    at = varintEnd;
    if (tag === KEY_TAG) {
      if (number > <u64>(end - at)) return RUNS_OVER;
      record.keyOffset = <u32>at;
      record.keyLength = <u32>number;
      at += <usize>number;
    } else if (tag === VALUE_TAG) {
      if (number > <u64>(end - at)) return RUNS_OVER;
      record.valueOffset = <u32>at;
      record.size = <u32>number;
      at += <usize>number;
    } else if (tag === CREATE_REVISION_TAG) record.createRevision = <f64>number;
    else if (tag === MOD_REVISION_TAG) modRevision = <f64>number;
    else record.version = <f64>number;
  }
  // etcd refuses such a write: without its key a value would be of no resource, and so passed over.
  return record.keyLength === 0 ? KEY_MISSING : SOUND;
}

/**
 * Reads as much of a mvccpb.KeyValue as is left of it into a record; a value that is cut is as long as what is left, and
 * marked as such.
 * @param isWhole whether the message ends at `end`: only then it may have no value, which is an empty one
 * @returns whether key and value are there
 */
export function readFreedKeyValue(at: usize, end: usize, record: Record, isWhole: bool): bool {
  clear(record);
  while (at < end) {
    const tag = readSafeVarint(at, end);
    if (varintProblem !== SOUND) return false;
    at = varintEnd;
    if (tag === LEASE_TAG) {
      record.lease = readVarint(at, end);
      if (varintProblem !== SOUND) return false;
      at = varintEnd;
      continue;
    }
    if (!isNumbered(tag)) return false;
    const number = readSafeVarint(at, end);
    if (varintProblem !== SOUND) return false;
    at = varintEnd;
    const left = <u64>(end - at);
    if (tag === VALUE_TAG) {
      // The value is the last field that counts: what follows it may be other bytes already.
      record.valueOffset = <u32>at;
      record.size = <u32>min(number, left);
      if (number > left) record.marks |= CUT;
      return record.keyLength > 0 && at < end;
    }
    if (tag === KEY_TAG) {
      if (number > left) return false;
      record.keyOffset = <u32>at;
      record.keyLength = <u32>number;
      at += <usize>number;
    } else if (tag === CREATE_REVISION_TAG) record.createRevision = <f64>number;
    else if (tag === MOD_REVISION_TAG) {
      if (<f64>number !== record.main) return false;
    } else record.version = <f64>number;
  }
  return isWhole && record.keyLength > 0;
}

/** Whether the tag is that of a number that must be a safe integer, or of bytes, whose length is one. */
function isNumbered(tag: u64): bool {
  return (
    tag === KEY_TAG ||
    tag === CREATE_REVISION_TAG ||
    tag === MOD_REVISION_TAG ||
    tag === VERSION_TAG ||
    tag === VALUE_TAG
  );
}

/** Passes over a field that a later version of etcd may have added; no such field has the number of a known one. */
function skipUnknownField(tag: u64, at: usize, end: usize): u32 {
  return tag >> 3 <= HIGHEST_KNOWN_FIELD ? WRONG_TYPE : skipField(tag, at, end);
}

/** Passes over what follows the tag of a field; `varintEnd` is where it ends. */
export function skipField(tag: u64, at: usize, end: usize): u32 {
  passTo(at);
  // Groups may hold groups.
  let depth: u32 = 0;
  let wireType = tag & WIRE_TYPE;
  while (true) {
    if (wireType === GROUP_START) depth++;
    else if (wireType === GROUP_END && depth > 0) depth--;
    else {
      const problem = skipContent(wireType, end);
      if (problem !== SOUND) return problem;
    }
    if (depth === 0) return SOUND;
    wireType = readSafeVarint(varintEnd, end) & WIRE_TYPE;
    if (varintProblem !== SOUND) return varintProblem;
  }
}

/** Passes over what follows a tag, from `varintEnd` on. */
function skipContent(wireType: u64, end: usize): u32 {
  let length: u64 = 0;
  if (wireType === VARINT) readVarint(varintEnd, end);
  else if (wireType === LENGTH_DELIMITED) length = readSafeVarint(varintEnd, end);
  else if (wireType === EIGHT_BYTES) length = 8;
  else if (wireType === FOUR_BYTES) length = 4;
  else return UNKNOWN_TYPE;
  if (varintProblem !== SOUND) return varintProblem;
  if (length > <u64>(end - varintEnd)) return RUNS_OVER;
  passTo(varintEnd + <usize>length);
  return SOUND;
}
