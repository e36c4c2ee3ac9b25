import type { InventoryRow } from "../model/stored-value.ts";
import { escapeForJson } from "./escape.ts";
import { keyFields } from "./finding-row.ts";
import type { Reporter } from "./reporter.ts";
import { TextChunks } from "./text-chunks.ts";

/** One JSON line for each stored value, in the order of the result. */
export const inventory: Reporter = {
  async write(result, out) {
    const chunks = new TextChunks(out);
    for (const value of result.values()) {
      const pending = chunks.add(inventoryLine(value));
      if (pending !== undefined) await pending;
    }
    await chunks.flush();
  },
};

function inventoryLine(value: InventoryRow): string {
  const { valueClass } = value;
  const { key, keyBase64 } = keyFields(value.key);
  const beforeLease = escapeForJson({
    key,
    keyBase64,
    resource: value.resource,
    namespace: value.namespace,
    name: value.name,
    modRevision: value.modRevision,
    createRevision: value.createRevision,
    version: value.version,
  });
  const afterLease = escapeForJson({
    location: value.location,
    size: value.size,
    state: valueClass.state,
    provider: valueClass.provider,
    keyName: valueClass.keyName,
    keyId: valueClass.keyId,
    kekVersion: valueClass.kekVersion,
    encoding: valueClass.encoding,
  });
  // A lease ID has 64 bits: as a number of JavaScript it would lose some, so its digits are put in as they are.
  return `${beforeLease.slice(0, -1)},"lease":${value.lease},${afterLease.slice(1)}\n`;
}
