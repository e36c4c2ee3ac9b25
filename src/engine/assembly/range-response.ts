import { modRevision, readKeyValue, skipField } from "./key-value";
import { List } from "./list";
import { KEYS_OUT_OF_ORDER, RUNS_OVER, SOUND } from "./problems";
import { Record } from "./row";
import { readSafeVarint, varintEnd, varintProblem } from "./varint";

/** Field tags of etcdserverpb.RangeResponse (etcd api/etcdserverpb/rpc.proto). */
const HEADER_TAG: u64 = (1 << 3) | 2;
const KVS_TAG: u64 = (2 << 3) | 2;
const COUNT_TAG: u64 = (4 << 3) | 0;

/** What the response that was read last says apart from its records. */
export let countOfRange: f64 = 0;
export let hasRangeHeader: u32 = 0;
/** The newest mod_revision in it; 0 for none. */
export let newestOfRange: f64 = 0;

/**
 * Reads the keys and values of a RangeResponse into a list, in place of what was there; `sub` is not told by etcd and is 0.
 * @returns what is wrong with the message: etcd gives keys in their order
 */
export function readRangeResponse(at: usize, end: usize, records: List): u32 {
  records.count = 0;
  countOfRange = 0;
  hasRangeHeader = 0;
  newestOfRange = 0;
  while (at < end) {
    const tag = readSafeVarint(at, end);
    if (varintProblem !== SOUND) return varintProblem;
    at = varintEnd;
    if (tag !== KVS_TAG && tag !== COUNT_TAG) {
      const problem = skipField(tag, at, end);
      if (problem !== SOUND) return problem;
      if (tag === HEADER_TAG) hasRangeHeader = 1;
      at = varintEnd;
      continue;
    }
    const number = readSafeVarint(at, end);
    if (varintProblem !== SOUND) return varintProblem;
    at = varintEnd;
    if (tag === COUNT_TAG) {
      countOfRange = <f64>number;
      continue;
    }
    if (number > <u64>(end - at)) return RUNS_OVER;
    const problem = addRecord(at, at + <usize>number, records);
    if (problem !== SOUND) return problem;
    at += <usize>number;
  }
  return SOUND;
}

function addRecord(at: usize, end: usize, records: List): u32 {
  const record = changetype<Record>(records.push());
  record.sub = 0;
  record.where = 0;
  record.valueClass = 0;
  record.marks = 0;
  const problem = readKeyValue(at, end, record);
  record.main = modRevision;
  newestOfRange = max(newestOfRange, modRevision);
  if (problem !== SOUND) return problem;
  const count = records.count;
  return count > 1 && !isBefore(changetype<Record>(records.at(count - 2)), record) ? KEYS_OUT_OF_ORDER : SOUND;
}

/** Whether a key comes before another: byte by byte, a shorter one before one that it begins. */
function isBefore(one: Record, other: Record): bool {
  const order = memory.compare(one.keyOffset, other.keyOffset, min(one.keyLength, other.keyLength));
  return order < 0 || (order === 0 && one.keyLength < other.keyLength);
}
