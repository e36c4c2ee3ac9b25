import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { Classifier } from "../../src/classify/classifier.ts";
import { Engine } from "../../src/engine/engine.ts";
import type { Rows } from "../../src/engine/rows.ts";
import { PENDING, type Standing, type ValueAppraiser } from "../../src/model/standing.ts";
import { RecordPass } from "../../src/timeline/record-pass.ts";
import { filled, joined } from "../classify/made-values.ts";
import type { Written } from "../engine/fill-batch.ts";
import { recordsWith } from "../engine/filled-records.ts";
import { scopeOf } from "../scope/folder-of.ts";

/** A value by its last byte, which decides what it comes to. Bodies of one seed share their nonce. */
const encrypted = (last: number, seed: number) =>
  joined("k8s:enc:aesgcm:v1:key1:", filled(40, seed), Uint8Array.of(last));

/** What a value comes to, told at once or, of those that `waits` picks, when it is asked for. */
class AppraiserByLastByte implements ValueAppraiser {
  private readonly pending: number[] = [];
  private readonly judge: (valueClass: number, last: number) => number;
  private readonly waits: (last: number) => boolean;
  private readonly most: number;

  constructor(classifier: Classifier, waits: (last: number) => boolean, most: number) {
    const standings = [0, 1, 2, 3].map(
      (outcome): Standing => ({
        outcome: outcome % 2 === 0 ? "current" : "wrong-key",
        proof: outcome > 1 ? "verified" : "none",
        key: null,
        writeKey: { provider: "aesgcm", name: "key1" },
      }),
    );
    this.judge = (valueClass, last) => {
      const standing = standings[last % 4];
      if (standing === undefined) throw new RangeError("no standing");
      return classifier.classes.judged(valueClass, standing);
    };
    this.waits = waits;
    this.most = most;
  }

  get hasRoom(): boolean {
    return this.pending.length < this.most;
  }

  appraise(
    _resource: string | null,
    valueClass: number,
    _etcdKey: Uint8Array,
    bytes: Uint8Array,
    offset: number,
    length: number,
  ): number {
    if (!this.hasRoom) throw new Error("nobody made room");
    const last = bytes[offset + length - 1] ?? 0;
    const judged = this.judge(valueClass, last);
    if (!this.waits(last)) return judged;
    this.pending.push(judged);
    return PENDING;
  }

  settleOldest(): number {
    const oldest = this.pending.shift();
    if (oldest === undefined) throw new RangeError("none is pending");
    return oldest;
  }

  release(): void {}
}

type Calls = (pass: RecordPass, engine: Engine) => void;

/** All that a pass hands on, in its order. */
function seenWith(waits: (last: number) => boolean, most: number, calls: Calls): readonly string[] {
  const seen: string[] = [];
  const classifier = new Classifier();
  const { classes } = classifier;
  const appraiser = new AppraiserByLastByte(classifier, waits, most);
  const noteAs = (wordOf: (rows: Rows, index: number) => string) => (rows: Rows) => {
    for (let index = 0; index < rows.count; index++) {
      const { key, main, size, valueClass } = rows.row(index);
      const standing = classes.standing(valueClass);
      const repeats = classes.repeatsNonce(valueClass) ? "repeats" : "";
      const text = `${wordOf(rows, index)} ${Buffer.from(pass.keys.bytesOf(key))} ${main} ${size}`;
      seen.push(`${text} ${standing?.outcome} ${standing?.proof} ${repeats}`);
    }
  };
  const engine = new Engine();
  const options = { freed: true, wal: false, appraiser };
  const pass = new RecordPass(
    engine,
    scopeOf(),
    classifier,
    options,
    noteAs(() => "superseded"),
  );
  calls(pass, engine);
  pass.finish();
  pass.visitLive(noteAs(() => "live"));
  pass.visitFreed(noteAs((rows, index) => (rows.isCopy(index) ? "copy" : "freed")));
  return seen;
}

const anyRecord = fc.record({
  key: fc.constantFrom("/registry/secrets/a/b", "/registry/secrets/a/c", "/registry/configmaps/a/b", "/other/x"),
  main: fc.integer({ min: 2, max: 40 }),
  value: fc.option(
    fc.record({ last: fc.nat(7), seed: fc.nat(3) }).map(({ last, seed }) => encrypted(last, seed)),
    { freq: 5 },
  ),
});
const anyGroups = fc.array(
  fc.record({
    records: fc.uniqueArray(anyRecord, { selector: ({ main }) => main, maxLength: 20 }),
    isStored: fc.boolean(),
  }),
  { maxLength: 5 },
);

/** Every group has revisions of its own: the store has each but once. */
function apart(groups: readonly { readonly records: readonly Written[] }[]) {
  return groups.map(({ records }, group) => records.map((each) => ({ ...each, main: each.main * 10 + group })));
}

describe("values whose answers come later are handed on as if they had come at once", () => {
  test("where records are stored", () => {
    fc.assert(
      fc.property(anyGroups, fc.nat(7), fc.integer({ min: 1, max: 9 }), (groups, mask, most) => {
        const calls: Calls = (pass, engine) => {
          for (const records of apart(groups)) pass.add(recordsWith(engine, records));
        };
        const late = seenWith((last) => (last & mask) !== 0, most, calls);
        expect(late).toEqual(seenWith(() => false, most, calls));
      }),
      { numRuns: 300 },
    );
  });

  test("where it is not known yet which pages count", () => {
    fc.assert(
      fc.property(anyGroups, fc.nat(7), fc.integer({ min: 1, max: 9 }), (groups, mask, most) => {
        const calls: Calls = (pass, engine) => {
          for (const [page, records] of apart(groups).entries()) pass.addUnsettled(recordsWith(engine, records, page));
          pass.settle({
            isStored: (page) => groups[page]?.isStored === true,
            area: { location: "free-page", file: null },
            freedOffset: () => 0,
          });
        };
        const late = seenWith((last) => (last & mask) !== 0, most, calls);
        expect(late).toEqual(seenWith(() => false, most, calls));
      }),
      { numRuns: 300 },
    );
  });

  test("where more rows wait than are kept waiting", () => {
    const records = Array.from({ length: 40_000 }, (_, index) => ({
      key: `/registry/secrets/a/s${index}`,
      main: index + 2,
      value: encrypted(index === 0 ? 1 : 0, 3),
    }));
    const calls: Calls = (pass, engine) => pass.add(recordsWith(engine, records));
    expect(seenWith((last) => last === 1, 5, calls)).toEqual(seenWith(() => false, 5, calls));
  });
});
