import { META_LENGTH, type Meta, type MetaReading, newerMeta, readMeta, SECOND_META_OFFSETS } from "../bbolt/meta.ts";
import { AuditError } from "../errors.ts";

/** Reads `length` bytes at `offset`; fewer at the end of the data. */
export type ReadAt = (offset: number, length: number) => Uint8Array;

/**
 * The meta page in force. The first one tells where the second stands; when the first is damaged, the second is
 * looked for where every page size would put it (bbolt db.go: getPageSizeFromSecondMeta).
 * @throws AuditError NOT_A_SNAPSHOT, BIG_ENDIAN_SNAPSHOT
 */
export function findMeta(name: string, readAt: ReadAt): Meta {
  const first = readMeta(readAt(0, META_LENGTH), 0);
  refuseBigEndian(name, first);
  const offsets = first.kind === "valid" ? [first.meta.pageSize] : SECOND_META_OFFSETS;
  const readings = [first];
  for (const offset of offsets) {
    const reading = readMeta(readAt(offset, META_LENGTH), 0);
    // A size other than where it stands would make it a stray copy of a meta page.
    if (reading.kind === "valid" && reading.meta.pageSize !== offset) continue;
    if (first.kind !== "valid") refuseBigEndian(name, reading);
    readings.push(reading);
  }
  const meta = newerMeta(readings);
  if (meta !== undefined) return meta;
  throw new AuditError("NOT_A_SNAPSHOT", `${name} is not an etcd snapshot: neither of its two meta pages is valid`, {
    nextStep: "give a file that 'etcdctl snapshot save' wrote, or a member's snap/db",
  });
}

function refuseBigEndian(name: string, reading: MetaReading): void {
  if (reading.kind !== "big-endian") return;
  throw new AuditError(
    "BIG_ENDIAN_SNAPSHOT",
    `${name} was written on a big-endian host (such as s390x), whose files differ`,
    {
      nextStep: "scan the live etcd instead, or restore the snapshot on a little-endian host and save it again",
    },
  );
}
