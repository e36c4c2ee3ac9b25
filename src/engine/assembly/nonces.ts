import { hashOf } from "./bytes";
import { allocateZeros, List, newList } from "./list";
import { isValueInScope, REPEATS_NONCE, Record, Row } from "./row";
import { addRevision, hasRevision, REPEATED } from "./sets";

/**
 * One ciphertext: 96 bits that stand for its nonce and the key that it is under, 32 bits of what tells it from others (the
 * authentication tag, or the last block), the etcd key's number, the revision's lower half.
 */
@unmanaged
class Nonce {
  first: u32;
  second: u32;
  third: u32;
  mark: u32;
  key: u32;
  revision: u32;
}

const NONCE_SIZE: u32 = 24;
/** Bytes of an entry that are its nonce. */
const IDENTITY_SIZE: u32 = 12;
const FIRST_SLOTS: u32 = 4096;
/** Room for some 800,000 ciphertexts. What comes after is compared and not remembered. */
const MOST_SLOTS: u32 = 1 << 20;
const MARK_LENGTH: u32 = 16;

let slots = allocateZeros(FIRST_SLOTS * NONCE_SIZE);
let mask: u32 = FIRST_SLOTS - 1;
let taken: u32 = 0;
let isAnyRepeated: bool = false;
/** Those of the batch that is being read: entries, the places of their records, and where the entries belong. */
const added: List = newList(NONCE_SIZE);
const places: List = newList(8);

/**
 * Adds a ciphertext to those of the batch.
 * @param valueClass stands for provider and key name
 * @param index the record's place in the batch
 */
export function addNonce(
  valueClass: u32,
  body: usize,
  length: u32,
  isMarkAfterNonce: bool,
  bodyEnd: usize,
  record: Record,
  index: u32,
): void {
  const entry = changetype<Nonce>(added.push());
  let first = (valueClass + 1) * 0x9e3779b1;
  let second: u32 = 0;
  let third: u32 = 0;
  // Longer nonces are folded: what two of them share by chance is still far below what can happen.
  const end = body + length;
  for (let at = body; at < end; at += 12) {
    first = (first * 31) ^ load<u32>(at);
    if (at + 4 < end) second = (second * 31) ^ load<u32>(at, 4);
    if (at + 8 < end) third = (third * 31) ^ load<u32>(at, 8);
  }
  entry.first = first;
  entry.second = second;
  entry.third = third;
  const mark = isMarkAfterNonce ? end : bodyEnd - MARK_LENGTH;
  entry.mark = load<u32>(mark) ^ load<u32>(mark, 4) ^ load<u32>(mark, 8) ^ load<u32>(mark, 12);
  entry.key = record.key;
  entry.revision = <u32>(<u64>record.main & 0xffffffff);
  store<u32>(places.push(), index);
}

/**
 * Looks up those of the batch, in their order: marks the records of which another ciphertext with their nonce was seen under
 * the same key before, and remembers both. The same ciphertext seen again is none.
 * @returns whether any is marked
 */
export function lookUpNonces(records: List): bool {
  let isAnyMarked = false;
  while ((taken + added.count) * 4 > (mask + 1) * 3 && mask + 1 < MOST_SLOTS) growSlots();
  findHomes();
  for (let index: u32 = 0; index < added.count; index++) {
    const entry = changetype<Nonce>(added.at(index));
    const found = find(entry, load<u32>(places.at(index), 4));
    if (!isTaken(found)) {
      if (taken * 4 < (mask + 1) * 3) write(found, entry);
    } else if (found.mark !== entry.mark) {
      noteRepeated(found);
      noteRepeated(entry);
      changetype<Record>(records.at(load<u32>(places.at(index)))).marks |= REPEATS_NONCE;
      isAnyMarked = true;
    }
  }
  added.count = 0;
  places.count = 0;
  return isAnyMarked;
}

/**
 * Marks values whose nonce was used for another ciphertext too, before or after them.
 * @returns whether there may be any
 */
export function markRepeated(rows: List): bool {
  if (!isAnyRepeated) return false;
  for (let index: u32 = 0; index < rows.count; index++) {
    const row = changetype<Row>(rows.at(index));
    if (!isValueInScope(row)) continue;
    if (hasRevision(REPEATED, row.key, numberOf(<u32>(<u64>row.main & 0xffffffff)))) row.marks |= REPEATS_NONCE;
  }
  return true;
}

function noteRepeated(entry: Nonce): void {
  isAnyRepeated = true;
  addRevision(REPEATED, entry.key, numberOf(entry.revision));
}

/** Kept as sub revisions of etcd keys, and 0 would be none. */
function numberOf(revision: u32): f64 {
  return <f64>revision + 1;
}

/** Finds out where each entry belongs, and has these slots come into the caches: many at once. */
function findHomes(): void {
  let touched: u32 = 0;
  for (let index: u32 = 0; index < added.count; index++) {
    const home = hashOf(added.at(index), IDENTITY_SIZE) & mask;
    store<u32>(places.at(index), home, 4);
    touched |= load<u32>(slots + <usize>home * NONCE_SIZE);
  }
  // Without an outcome the reading would be left out.
  _prefetched = touched;
}

let _prefetched: u32 = 0;

/** Where an entry stands, or would. */
function find(entry: Nonce, home: u32): Nonce {
  let index = home;
  while (true) {
    const found = changetype<Nonce>(slots + <usize>index * NONCE_SIZE);
    const isSame = found.first === entry.first && found.second === entry.second && found.third === entry.third;
    if (isSame || !isTaken(found)) return found;
    index = (index + 1) & mask;
  }
}

function isTaken(entry: Nonce): bool {
  return (entry.first | entry.second | entry.third | entry.mark) !== 0;
}

function write(to: Nonce, entry: Nonce): void {
  memory.copy(changetype<usize>(to), changetype<usize>(entry), NONCE_SIZE);
  taken++;
}

/** Four times as many: a table this large is filled anew seldom. */
function growSlots(): void {
  const before = slots;
  const count = mask + 1;
  mask = mask * 4 + 3;
  slots = allocateZeros((<usize>mask + 1) * NONCE_SIZE);
  taken = 0;
  for (let index: u32 = 0; index < count; index++) {
    const entry = changetype<Nonce>(before + <usize>index * NONCE_SIZE);
    if (isTaken(entry)) write(find(entry, hashOf(changetype<usize>(entry), IDENTITY_SIZE) & mask), entry);
  }
  heap.free(before);
}
