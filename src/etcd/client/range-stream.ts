import { EtcdClientError } from "./client-error.ts";
import { decoded } from "./decoded.ts";
import { keyAfter } from "./key-order.ts";
import type { Member } from "./member.ts";
import { encodeRangeRequest } from "./messages.ts";
import { METHODS } from "./method-allow-list.ts";
import { freePage } from "./page-memory.ts";
import { assertWithin, streamedRange } from "./range-response.ts";
import type { RangeScan, RangeScanTools } from "./range-scan.ts";

/**
 * Reads a range as a stream of chunks, as etcd 3.7 and newer give it: in one walk, each chunk about as large as the largest
 * request. After a lost connection it goes on behind the last key that came.
 * @returns the newest revision in the range; 0 when it is empty
 * @throws EtcdClientError; `not-supported` before the first row where the server, or a proxy before it, has no such method
 */
export async function readRangeAsStream(scan: RangeScan, tools: RangeScanTools): Promise<number> {
  const { pages } = scan;
  let from = scan.key;
  let newestRevision = 0;

  const readOn = async (member: Member): Promise<void> => {
    const { rangeEnd, revision, serializable } = scan;
    const request = encodeRangeRequest({ key: from, rangeEnd, revision, serializable });
    let isWhole = false;
    for await (const bytes of member.stream(METHODS.rangeStream, request)) {
      const { length } = bytes;
      const page = decoded(member.endpoint.text, () => {
        const read = pages.read(streamedRange(bytes));
        assertWithin(from, rangeEnd, read);
        return read;
      });
      freePage(bytes);
      isWhole = page.hasHeader;
      newestRevision = Math.max(newestRevision, page.newestRevision);
      tools.cost.revisions += page.rows;
      if (page.lastKey !== null) {
        from = keyAfter(page.lastKey);
        pages.handOver();
      }
      await tools.limiter.spend(length);
    }
    if (!isWhole)
      throw new EtcdClientError("lost-connection", member.endpoint.text, { detail: "a stream without an end" });
  };

  await tools.pool.call(readOn);
  return newestRevision;
}
