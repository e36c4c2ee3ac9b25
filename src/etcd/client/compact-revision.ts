import { EtcdClientError } from "./client-error.ts";
import type { MemberPool } from "./member-pool.ts";
import { encodeRangeRequest } from "./messages.ts";
import { METHODS } from "./method-allow-list.ts";

/** Compaction usually follows the head at some minutes' distance, so the search begins near it. */
const FIRST_STEP = 1_024;

/**
 * Learns the compact revision by asking for one key at older and older revisions: the oldest that is still answered. Needs
 * the right to read that key, which need not exist, and no more; some twenty small questions.
 * @param key a key that may be read, best one with no value
 * @param head a revision that is not compacted
 * @returns 0 when the store was never compacted
 */
export async function findCompactRevision(pool: MemberPool, key: Uint8Array, head: number): Promise<number> {
  if (await isStored(pool, key, 1)) return 0;
  let refused = 1;
  let answered = head;
  for (let step = FIRST_STEP; answered - step > refused; step *= 4) {
    const revision = answered - step;
    if (!(await isStored(pool, key, revision))) {
      refused = revision;
      break;
    }
    answered = revision;
  }
  while (answered - refused > 1) {
    const middle = Math.floor((refused + answered) / 2);
    if (await isStored(pool, key, middle)) answered = middle;
    else refused = middle;
  }
  return answered;
}

/** Whether a revision, which is no later than the head, is not compacted. Needs the same right. */
export async function isStored(pool: MemberPool, key: Uint8Array, revision: number): Promise<boolean> {
  const request = encodeRangeRequest({ key, revision, serializable: true });
  try {
    await pool.call((member) => member.unary(METHODS.range, request));
    return true;
  } catch (error) {
    if (error instanceof EtcdClientError && error.code === "compacted") return false;
    throw error;
  }
}
