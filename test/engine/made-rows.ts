import type { Engine } from "../../src/engine/engine.ts";
import {
  CLASS_WORD,
  CREATE_REVISION,
  KEY_WORD,
  LEASE_HIGH_WORD,
  LEASE_LOW_WORD,
  MAIN,
  MARKS_WORD,
  ROW_SIZE,
  type Row,
  Rows,
  SIZE_WORD,
  SUB,
  TOMBSTONE,
  VERSION,
  WHERE,
} from "../../src/engine/rows.ts";

/** A row of which only some numbers matter. */
export type SomeOfRow = Partial<Row> & { readonly where?: number };

/** Rows in the engine's memory as no stage would make them: of any numbers at all, those that are left out being 0. */
export function rowsWith(engine: Engine, made: readonly SomeOfRow[]): Rows {
  const rows = new Rows(engine);
  rows.reserve(made.length);
  rows.count = made.length;
  const { words, doubles } = engine;
  for (const [index, row] of made.entries()) {
    const at = (words[rows.list >>> 2] as number) + index * ROW_SIZE;
    const double = (field: number, value = 0) => {
      doubles[at / 8 + field] = value;
    };
    const word = (field: number, value = 0) => {
      words[at / 4 + field] = value;
    };
    double(MAIN, row.main);
    double(SUB, row.sub);
    double(CREATE_REVISION, row.createRevision);
    double(VERSION, row.version);
    double(WHERE, row.where);
    word(LEASE_LOW_WORD, row.leaseLow);
    word(LEASE_HIGH_WORD, row.leaseHigh);
    word(KEY_WORD, row.key);
    word(CLASS_WORD, row.valueClass);
    word(SIZE_WORD, row.size);
    word(MARKS_WORD);
  }
  return rows;
}

/** Numbers etcd keys in an engine, as reading records of them would: 0, 1, 2 and so on, each in the folder told. */
export function keysWith(
  engine: Engine,
  keys: readonly { readonly key: Uint8Array; readonly folder?: number }[],
): void {
  for (const { key, folder = 0 } of keys) {
    const record = engine.place(new Uint8Array(80));
    const list = engine.exports.newList(80);
    engine.words[list >>> 2] = record;
    engine.words[(list >>> 2) + 1] = 1;
    engine.words[(record >>> 2) + 16] = engine.place(key);
    engine.words[(record >>> 2) + 17] = key.length;
    engine.words[(record >>> 2) + CLASS_WORD] = TOMBSTONE;
    engine.host.folderOf = () => folder;
    engine.exports.readRows(list, false);
  }
}
