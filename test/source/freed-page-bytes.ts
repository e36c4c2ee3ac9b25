import { bytesOf, type EtcdRecord, keyValueMessage, revisionKey } from "../bbolt-file/etcd-record.ts";
import { type LeafElement, leafNode, viewOf } from "../bbolt-file/page.ts";
import { plaintextSecret } from "../cli/messages.ts";

export const PAGE = 4096;

/** A secret in plaintext as long as told, at least 200 bytes. */
export function plaintextOf(length: number): Uint8Array {
  const value = new Uint8Array(length).fill(0x61);
  value.set(plaintextSecret());
  return value;
}

/** A value that says it is encrypted with key1, with a body of so many blocks. */
export function ciphertextOf(blocks: number): Uint8Array {
  return Buffer.concat([bytesOf("k8s:enc:aescbc:v1:key1:"), new Uint8Array(16 * blocks).fill(0x7a)]);
}

/** One secret, by its name. */
export function secret(name: string, revision: number, value: Uint8Array = plaintextSecret()): EtcdRecord {
  return { key: `/registry/secrets/default/${name}`, revision, value };
}

/** The leaf element of a record. */
export function elementOf(record: EtcdRecord): LeafElement {
  return { key: revisionKey(record.revision, record.sub, record.tombstone), value: keyValueMessage(record) };
}

/** The whole pages of a leaf that begins at page `pgid`, its header as bbolt writes it. */
export function leafRun(pgid: number, elements: readonly LeafElement[]): Uint8Array {
  const node = leafNode(elements);
  const pageCount = Math.ceil(node.length / PAGE);
  const run = new Uint8Array(pageCount * PAGE);
  run.set(node);
  viewOf(run).setBigUint64(0, BigInt(pgid), true);
  viewOf(run).setUint32(12, pageCount - 1, true);
  return run;
}

/** A leaf of records that begins at page `pgid`. */
export function recordRun(pgid: number, records: readonly EtcdRecord[]): Uint8Array {
  return leafRun(pgid, records.map(elementOf));
}
