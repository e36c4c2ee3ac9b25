import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { BlockList, KeptRows } from "../../src/engine/block-list.ts";
import { Cells } from "../../src/engine/cells.ts";
import { Engine } from "../../src/engine/engine.ts";
import { orderOf } from "../../src/tally/located-row.ts";
import { fuzzRuns } from "../bytes/fuzz-runs.ts";
import { keysWith, rowsWith } from "./made-rows.ts";

const FINDING_SIZE = 40;

interface Value {
  readonly key: Uint8Array;
  readonly main: number;
  /** Number of a location, in the order of reports. */
  readonly location: number;
}

/** The places of values in the order of reports, as the engine sorts findings and rows about them. */
function ordersOf(values: readonly Value[]): {
  readonly findings: readonly number[];
  readonly rows: readonly number[];
} {
  const engine = new Engine();
  const cells = new Cells(engine);
  engine.host.describe = (cell) =>
    cells.describe(cell, { isCounted: true, isAudited: false, state: 0, namespaceStart: null });
  engine.host.judge = () => 1;
  const texts = values.map(({ key }) => Buffer.from(key).toString("latin1"));
  const distinct = [...new Set(texts)];
  keysWith(
    engine,
    distinct.map((text) => ({ key: Buffer.from(text, "latin1") })),
  );
  const numberOf = new Map(distinct.map((text, number) => [text, number]));
  const findings = new BlockList(engine, FINDING_SIZE);
  const kept = new KeptRows(engine);
  for (const [index, { main, location }] of values.entries()) {
    const row = rowsWith(engine, [{ key: numberOf.get(texts[index] ?? "") ?? 0, main }]);
    engine.exports.findRows(row.list, location, findings.list);
    engine.exports.listRows(row.list, location, kept.list);
  }
  return {
    findings: [...orderOf(engine, (order) => engine.exports.orderFindings(findings.list, order))],
    rows: [...orderOf(engine, (order) => engine.exports.orderRows(kept.list, order))],
  };
}

function expectedOrder(values: readonly Value[]): readonly number[] {
  return values
    .map((value, index) => ({ ...value, index }))
    .sort((a, b) => Buffer.compare(a.key, b.key) || a.main - b.main || a.location - b.location || a.index - b.index)
    .map(({ index }) => index);
}

function expectInOrder(values: readonly Value[]): void {
  const expected = expectedOrder(values);
  expect(ordersOf(values)).toEqual({ findings: expected, rows: expected });
}

/** Keys that share beginnings of all lengths, as etcd's do. */
const anyKey = fc
  .tuple(
    fc.constantFrom("/", "/registry/secrets/", "/registry/secrets/default/a", "/registry/secrets/default/a\0"),
    fc.uint8Array({ maxLength: 5 }),
  )
  .map(([start, end]) => Buffer.concat([Buffer.from(start), end]));
const anyValues = fc.array(
  fc.record({
    key: anyKey,
    main: fc.oneof(fc.integer({ min: 1, max: 4 }), fc.integer({ min: 1, max: Number.MAX_SAFE_INTEGER })),
    location: fc.nat(4),
  }),
  { maxLength: 120, size: "max" },
);
const valuesOf = (keys: readonly string[]) =>
  keys.map((key) => ({ key: Buffer.from(key, "latin1"), main: 2, location: 0 }));

describe("values are sorted by key, revision and location, and then as they came", () => {
  test("as comparing them one with another would", () => {
    fc.assert(fc.property(anyValues, expectInOrder), fuzzRuns(300));
  });

  test("many of one key", () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.integer({ min: 1, max: 400 }), fc.nat(4)), { minLength: 60, maxLength: 300 }),
        (all) => expectInOrder(all.map(([main, location]) => ({ key: Buffer.from("/a"), main, location }))),
      ),
      fuzzRuns(30),
    );
  });

  test("a key comes before those that it begins, and bytes above 0x7f after the others", () => {
    const keys = ["/b", "/a/\xff", "/a", "/a/\x00", "/a/", "/a/\x00\x00", "/a/z"];
    const filler = Array.from({ length: 60 }, (_, index) => `/c/${(index * 7) % 60}`);
    const { findings } = ordersOf(valuesOf([...keys, ...filler]));
    expect(findings.slice(0, 7).map((index) => keys[index])).toEqual([
      "/a",
      "/a/",
      "/a/\x00",
      "/a/\x00\x00",
      "/a/z",
      "/a/\xff",
      "/b",
    ]);
  });

  test("keys that differ only after a long beginning", () => {
    expectInOrder(valuesOf(Array.from({ length: 3000 }, (_, index) => `${"x".repeat(500)}${(index * 7919) % 3000}`)));
  });

  test("keys that share hundreds of bytes, each with one more of the last key of all", () => {
    const long = Array.from({ length: 100 }, (_, index) => `${"a".repeat(400)}${(index * 37) % 100}`);
    const others = Array.from({ length: 56 }, (_, index) => `${"a".repeat(7 * index)}b`);
    expectInOrder(valuesOf([...long, ...others]));
  });

  test("keys each of which begins the next", () => {
    expectInOrder(valuesOf(Array.from({ length: 2000 }, (_, index) => "/".repeat(1 + ((index * 7919) % 2000)))));
  });

  test("keys that come in order", () => {
    expectInOrder(valuesOf(Array.from({ length: 200 }, (_, index) => `/registry/${String(index).padStart(5, "0")}`)));
  });

  test("nothing at all", () => {
    expectInOrder([]);
  });
});
