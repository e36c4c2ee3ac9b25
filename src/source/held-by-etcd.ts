import type { BigIntStats } from "node:fs";
import { readFile } from "node:fs/promises";

/** One line of /proc/locks: `1: FLOCK  ADVISORY  WRITE 1234 fd:01:5678 0 EOF` (Linux fs/locks.c: lock_get_status). */
const EXCLUSIVE_FLOCK = /^\d+: (?:FLOCK|OFDLCK)\s+\S+\s+WRITE\s+(-?\d+)\s+([0-9a-f]+):([0-9a-f]+):(\d+)\s/;

/**
 * Whether some process holds an exclusive lock on the file, as bbolt does on a database that it has open for writing
 * (flock) and etcd on its WAL files (an open file description lock).
 * False where the system does not tell (any but Linux).
 */
export async function isHeldByEtcd(stats: BigIntStats): Promise<boolean> {
  const locks = await readFile("/proc/locks", "latin1").catch(() => "");
  return locks.split("\n").some((line) => {
    const match = EXCLUSIVE_FLOCK.exec(line);
    if (match === null) return false;
    const [, , major, minor, inode] = match;
    const device = deviceNumber(BigInt(`0x${major}`), BigInt(`0x${minor}`));
    return BigInt(inode ?? "0") === stats.ino && device === stats.dev;
  });
}

/** glibc's encoding of a device number (gnu_dev_makedev). */
function deviceNumber(major: bigint, minor: bigint): bigint {
  return ((major & 0xfffn) << 8n) | ((major & ~0xfffn) << 32n) | (minor & 0xffn) | ((minor & ~0xffn) << 12n);
}
