import { RecordBatch } from "../../model/record-batch.ts";
import { EtcdClientError } from "./client-error.ts";
import { decoded } from "./decoded.ts";
import { keyAfter } from "./key-order.ts";
import type { Member } from "./member.ts";
import { encodeRangeRequest } from "./messages.ts";
import { METHODS } from "./method-allow-list.ts";
import { decodeStreamedRange, lastKey } from "./range-response.ts";
import type { RangeScan, RangeScanTools } from "./range-scan.ts";

/**
 * Reads a range as a stream of chunks, as etcd 3.7 and newer give it: in one walk, each chunk about as large as the largest
 * request. After a lost connection it goes on behind the last key that came.
 * @throws EtcdClientError; `not-supported` before the first row where the server, or a proxy before it, has no such method
 */
export async function readRangeAsStream(scan: RangeScan, tools: RangeScanTools): Promise<void> {
  const batch = new RecordBatch();
  let from = scan.key;

  const readOn = async (member: Member): Promise<void> => {
    const { rangeEnd, revision, serializable } = scan;
    const request = encodeRangeRequest({ key: from, rangeEnd, revision, serializable });
    let isWhole = false;
    for await (const bytes of member.stream(METHODS.rangeStream, request)) {
      const { header } = decoded(member.endpoint.text, () => decodeStreamedRange(bytes, batch));
      // The last chunk alone has a header.
      isWhole = header !== null;
      if (batch.count > 0) {
        from = keyAfter(lastKey(batch));
        tools.cost.revisions += batch.count;
        scan.onBatch(batch);
      }
      await tools.limiter.spend(bytes.length);
    }
    if (!isWhole)
      throw new EtcdClientError("lost-connection", member.endpoint.text, { detail: "a stream without an end" });
  };

  await tools.pool.call(readOn);
}
