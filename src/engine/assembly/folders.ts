import { areEqual, hashOf } from "./bytes";
import { folderOf } from "./host";
import { allocate, allocateZeros } from "./list";
import { Record } from "./row";

/**
 * Beginnings of keys that tell a folder by themselves, as `/registry/secrets/` does. A key is looked up by what it has up
 * to each of its slashes; what is not known is asked for.
 */
const SLASH: u8 = 0x2f;
/** Folders have two segments of a prefix and up to three of their own, each ended by a slash. */
const MOST_SLASHES: u32 = 8;
/** Slots: far more than a cluster has kinds of objects, custom ones too. What comes when half are taken is asked for each time. */
const SLOTS: u32 = 4096;
/** Of a slot: address u32 | length u32 | folder u32 | unused. An address of 0: it is empty. */
const SLOT_SIZE: u32 = 16;

const slots = allocateZeros(SLOTS * SLOT_SIZE);
let taken: u32 = 0;
/** The slot of the last key: mostly that of the next one too. */
let last = slots;

/** The folder of a record, with OUT_OF_SCOPE added where it is. */
export function folderOfRecord(record: Record): u32 {
  const key = <usize>record.keyOffset;
  const length = record.keyLength;
  const lastLength = load<u32>(last, 4);
  if (lastLength !== 0 && lastLength <= length && areEqual(key, load<u32>(last), lastLength)) return load<u32>(last, 8);
  let slashes: u32 = 0;
  for (let index: u32 = 0; index < length && slashes < MOST_SLASHES; index++) {
    if (load<u8>(key + index) !== SLASH) continue;
    slashes++;
    const slot = slotOf(key, index + 1);
    if (load<u32>(slot) === 0) continue;
    last = slot;
    return load<u32>(slot, 8);
  }
  return folderOf(changetype<usize>(record));
}

/** Remembers that every key that begins with these bytes, which end in a slash, lies in a folder. */
export function rememberFolder(start: usize, length: u32, folder: u32): void {
  if (taken * 2 >= SLOTS) return;
  const slot = slotOf(start, length);
  if (load<u32>(slot) !== 0) return;
  const copy = allocate(length);
  memory.copy(copy, start, length);
  store<u32>(slot, <u32>copy);
  store<u32>(slot, length, 4);
  store<u32>(slot, folder, 8);
  taken++;
}

/** Where a beginning stands, or would. */
function slotOf(start: usize, length: u32): usize {
  let index = hashOf(start, length) & (SLOTS - 1);
  while (true) {
    const slot = slots + index * SLOT_SIZE;
    const address = load<u32>(slot);
    if (address === 0) return slot;
    if (load<u32>(slot, 4) === length && areEqual(address, start, length)) return slot;
    index = (index + 1) & (SLOTS - 1);
  }
}
