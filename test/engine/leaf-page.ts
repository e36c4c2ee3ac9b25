import { bigintOf } from "../../src/bytes/int64.ts";
import { Engine } from "../../src/engine/engine.ts";
import { recordProblem } from "../../src/engine/problems.ts";
import { Records } from "../../src/engine/records.ts";

/** What the engine has read of a page. */
export interface ReadPage {
  readonly engine: Engine;
  readonly records: Records;
  readonly problems: readonly { readonly element: number; readonly message: string }[];
  /** The first element that is not where it should be; -1 for none. */
  readonly firstBad: number;
  readonly newest: number;
}

/** Puts a page into an engine's memory, among other bytes, and reads its records. */
export function readPage(page: Uint8Array, around = 0xff): ReadPage {
  const engine = new Engine();
  const records = new Records(engine);
  const problems: { element: number; message: string }[] = [];
  engine.host.onProblem = (_, element, problem) => problems.push({ element, message: recordProblem(problem) });
  const address = placeAmong(engine, page, around);
  const firstBad = engine.exports.readLeaf(address, page.length, 5, 5, records.list);
  return { engine, records, problems, firstBad, newest: engine.exports.newestRevision.value };
}

/** Puts bytes into an engine's memory, among others. Returns their address, a multiple of 16. */
export function placeAmong(engine: Engine, bytes: Uint8Array, around: number): number {
  const address = engine.place(new Uint8Array(bytes.length + 4096).fill(around)) + 2048;
  engine.bytes.set(bytes, address);
  return address;
}

/** A record as an object; of a deletion only its key. */
export function recordAt(records: Records, index: number) {
  const { main, sub, createRevision, version, leaseHigh, leaseLow } = records.row(index);
  const common = { revision: main, sub, key: Buffer.from(records.keyBytes(index)).toString("latin1") };
  if (records.isTombstone(index)) return { ...common, tombstone: true };
  const value = Buffer.from(records.valueBytes(index)).toString("latin1");
  return { ...common, value, createRevision, version, lease: bigintOf(leaseHigh, leaseLow) };
}

/** All records as objects. */
export function recordsIn(records: Records) {
  return Array.from({ length: records.count }, (_, index) => recordAt(records, index));
}
