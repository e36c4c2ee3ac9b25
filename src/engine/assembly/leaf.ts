import { onProblem } from "./host";
import { modRevision, readFreedKeyValue, readKeyValue } from "./key-value";
import { List } from "./list";
import { countOf, flagsOf, HEADER_SIZE, LEAF_PAGE } from "./page";
import { NO_REVISION, REVISIONS_DIFFER, SOUND } from "./problems";
import { Record, TOMBSTONE } from "./row";
import { readSafeBigEndian, varintProblem } from "./varint";

/** Bytes of the head of a bucket's value. */
const BUCKET_HEADER_SIZE: u32 = 16;

/** Leaf element: flags u32 | pos u32 | ksize u32 | vsize u32; pos is relative to the element (same file: leafPageElement). */
const ELEMENT_SIZE: u32 = 16;
const POSITION: usize = 4;
const KEY_SIZE: usize = 8;
const VALUE_SIZE: usize = 12;
const BUCKET_FLAG: u32 = 1;

/** Revision key: main u64 | '_' | sub u64 and perhaps 't', big-endian (etcd server/storage/mvcc/revision.go). */
const SEPARATOR_OFFSET: usize = 8;
const SEPARATOR: u8 = 0x5f;
const SUB_OFFSET: usize = 9;
const REVISION_KEY_LENGTH: u32 = 17;
const TOMBSTONE_KEY_LENGTH: u32 = 18;
const TOMBSTONE_MARK: u8 = 0x74;

/** The newest main revision of the page that was read last; 0 for none. */
export let newestRevision: f64 = 0;

/**
 * Adds every record of a leaf page to a list; one that can't be read is told and left out. bbolt packs elements without a
 * gap (internal/common/inode.go: WriteInodeToPage): the first one that does not begin where the one before it ends is told.
 * @returns the first such element; -1: there is none
 */
export function readLeaf(page: usize, length: u32, pgid: u32, where: f64, records: List): i32 {
  const end = <u64>page + length;
  const count = countOf(page);
  let expected = <u64>page + HEADER_SIZE + count * ELEMENT_SIZE;
  newestRevision = 0;
  if (expected > end) return 0;
  let firstBad = -1;
  for (let element: u32 = 0; element < count; element++) {
    const at = page + HEADER_SIZE + element * ELEMENT_SIZE;
    const key = <u64>at + load<u32>(at, POSITION);
    const keyLength = load<u32>(at, KEY_SIZE);
    const value = key + keyLength;
    const valueEnd = value + load<u32>(at, VALUE_SIZE);
    const isReadable = key >= expected && valueEnd <= end;
    if (firstBad < 0 && (key !== expected || !isReadable)) firstBad = element;
    if (!isReadable) continue;
    expected = valueEnd;
    const isBucket = (load<u32>(at) & BUCKET_FLAG) !== 0;
    const problem = isBucket
      ? NO_REVISION
      : readRecord(<usize>key, keyLength, <usize>value, <usize>valueEnd, where, records);
    if (problem !== SOUND) onProblem(pgid, element, problem);
  }
  return firstBad;
}

/** Adds one record, or says what is wrong with it. */
function readRecord(key: usize, keyLength: u32, value: usize, valueEnd: usize, where: f64, records: List): u32 {
  if (!isRevisionKey(key, keyLength)) return NO_REVISION;
  const main = <f64>readSafeBigEndian(key);
  if (varintProblem !== SOUND) return varintProblem;
  const sub = <f64>readSafeBigEndian(key + SUB_OFFSET);
  if (varintProblem !== SOUND) return varintProblem;
  const isTombstone = keyLength === TOMBSTONE_KEY_LENGTH;
  // etcdutl snapshot restore --bump-revision writes one empty record, only to raise the revision.
  const isBump = value === valueEnd && sub === 0 && !isTombstone;
  if (!isBump) {
    const record = changetype<Record>(records.push());
    record.main = main;
    record.sub = sub;
    record.where = where;
    record.valueClass = isTombstone ? TOMBSTONE : 0;
    record.marks = 0;
    let problem = readKeyValue(value, valueEnd, record);
    if (problem === SOUND && modRevision !== main && !isTombstone) problem = REVISIONS_DIFFER;
    if (problem !== SOUND) {
      records.count--;
      return problem;
    }
  }
  newestRevision = max(newestRevision, main);
  return SOUND;
}

/**
 * Adds what is left of a leaf page that the store no longer uses: the records with a value of which a key can still be
 * told, also those of an inline `key` bucket on an old root page. Only its first `length` bytes are as they were: elements
 * beyond them are passed over, and a value that runs over them is cut. Nothing in it is damage: it may hold anything.
 */
export function readFreedLeaf(page: usize, length: u32, where: f64, records: List): void {
  readFreedElements(page, page + length, where, records, true);
}

function readFreedElements(page: usize, pageEnd: usize, where: f64, records: List, followsBuckets: bool): void {
  const end = <u64>pageEnd;
  const count = countOf(page);
  let expected = <u64>page + HEADER_SIZE + count * ELEMENT_SIZE;
  for (let element: u32 = 0; element < count && expected < end; element++) {
    const at = page + HEADER_SIZE + element * ELEMENT_SIZE;
    const key = <u64>at + load<u32>(at, POSITION);
    const keyLength = load<u32>(at, KEY_SIZE);
    const value = key + keyLength;
    if (key < expected || value >= end) continue;
    expected = value + load<u32>(at, VALUE_SIZE);
    const valueEnd = min(expected, end);
    const isBucket = (load<u32>(at) & BUCKET_FLAG) !== 0;
    if (!isBucket)
      readFreedRecord(<usize>key, keyLength, <usize>value, <usize>valueEnd, expected < end, where, records);
    // etcd nests no buckets: one level is all there is to follow.
    else if (followsBuckets && isKeyBucket(<usize>key, keyLength))
      readFreedBucket(<usize>value, <usize>valueEnd, where, records);
  }
}

/** A bucket's value: root page u64 | sequence u64 and, where the root is 0, a leaf page (bbolt bucket.go). */
function readFreedBucket(value: usize, valueEnd: usize, where: f64, records: List): void {
  if (valueEnd - value < BUCKET_HEADER_SIZE + HEADER_SIZE || load<u64>(value) !== 0) return;
  const page = value + BUCKET_HEADER_SIZE;
  if (load<u64>(page) !== 0 || flagsOf(page) !== LEAF_PAGE) return;
  readFreedElements(page, valueEnd, where, records, false);
}

function readFreedRecord(
  key: usize,
  keyLength: u32,
  value: usize,
  valueEnd: usize,
  isWhole: bool,
  where: f64,
  records: List,
): void {
  if (keyLength !== REVISION_KEY_LENGTH || !isRevisionKey(key, keyLength)) return;
  const main = <f64>readSafeBigEndian(key);
  if (varintProblem !== SOUND) return;
  const sub = <f64>readSafeBigEndian(key + SUB_OFFSET);
  if (varintProblem !== SOUND) return;
  const record = changetype<Record>(records.push());
  record.main = main;
  record.sub = sub;
  record.where = where;
  record.valueClass = 0;
  record.marks = 0;
  // What ends where the pages do may have gone on.
  if (!readFreedKeyValue(value, valueEnd, record, isWhole)) records.count--;
}

export function isRevisionKey(key: usize, length: u32): bool {
  if (length < REVISION_KEY_LENGTH || load<u8>(key, SEPARATOR_OFFSET) !== SEPARATOR) return false;
  const isTombstone = length === TOMBSTONE_KEY_LENGTH && load<u8>(key, REVISION_KEY_LENGTH) === TOMBSTONE_MARK;
  return length === REVISION_KEY_LENGTH || isTombstone;
}

/** Whether a bucket's name is `key`. */
function isKeyBucket(name: usize, length: u32): bool {
  return length === 3 && load<u8>(name) === 0x6b && load<u8>(name, 1) === 0x65 && load<u8>(name, 2) === 0x79;
}
