import { folderOfRecord } from "./folders";
import { classOfRecord } from "./forms";
import { etcdKeys } from "./keys";
import { List } from "./list";
import { lookUpNonces } from "./nonces";
import { OUT_OF_SCOPE, Record, TOMBSTONE } from "./row";

/**
 * Finds out of each record of a batch what its key is, and how its value is protected.
 * @param looksAtNonces whether values whose nonce was used for another ciphertext before are marked
 * @returns whether any is
 */
export function readRows(records: List, looksAtNonces: bool): bool {
  const count = records.count;
  for (let index: u32 = 0; index < count; index++) {
    const record = changetype<Record>(records.at(index));
    const folder = folderOfRecord(record);
    const isInScope = folder < OUT_OF_SCOPE;
    record.folder = folder;
    record.key = isInScope ? etcdKeys.intern(record.keyOffset, record.keyLength, folder) : folder;
    if (isInScope && record.valueClass !== TOMBSTONE) record.valueClass = classOfRecord(record, index, looksAtNonces);
  }
  return lookUpNonces(records);
}
