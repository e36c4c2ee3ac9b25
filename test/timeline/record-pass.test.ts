import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { Classifier } from "../../src/classify/classifier.ts";
import { RecordPass } from "../../src/timeline/record-pass.ts";
import { filled, joined } from "../classify/made-values.ts";
import { plaintextSecret } from "../cli/messages.ts";
import { scopeOf } from "../scope/folder-of.ts";
import { batchOf, type Written } from "./fill-batch.ts";

const PLAINTEXT = plaintextSecret();
const ENCRYPTED = joined("k8s:enc:aescbc:v1:key1:", filled(32));
const KEYS = [
  "/registry/secrets/default/a",
  "/registry/secrets/default/b",
  "/registry/configmaps/default/a",
  "/other/secrets/x/y",
  "compact_rev_key",
];

/** What a pass handed on and counted. */
interface Seen {
  readonly live: readonly string[];
  readonly superseded: readonly string[];
  readonly secrets: number;
  readonly configMaps: number;
}

/** Runs some calls of a source, then tells what came of them. */
function seenAfter(calls: (pass: RecordPass) => void): Seen {
  const scope = scopeOf();
  const live: string[] = [];
  const superseded: string[] = [];
  const classifier = new Classifier();
  const textOf = (row: { key: number; main: number; sub: number; valueClass: number; size: number }) =>
    `${Buffer.from(pass.keys.bytesOf(row.key))} ${row.main}.${row.sub} ${classifier.classes.valueClass(row.valueClass).state} ${row.size}`;
  const pass = new RecordPass(scope, classifier, { keepsDetails: true, freed: false, wal: false }, (row) =>
    superseded.push(textOf(row)),
  );
  calls(pass);
  pass.timeline.visitLive(pass.keys.size, (row) => live.push(textOf(row)));
  return {
    live: live.sort(),
    superseded: superseded.sort(),
    secrets: scope.recordsOf((resource) => resource === "secrets"),
    configMaps: scope.recordsOf((resource) => resource === "configmaps"),
  };
}

const anyRecords = fc.uniqueArray(
  fc.record({
    key: fc.constantFrom(...KEYS),
    main: fc.integer({ min: 2, max: 30 }),
    sub: fc.nat(1),
    value: fc.constantFrom(PLAINTEXT, ENCRYPTED, null),
  }),
  { selector: ({ key, main, sub }) => `${key} ${main} ${sub}`, maxLength: 30 },
);

const anyGroups = fc.array(fc.record({ records: anyRecords, isStored: fc.boolean() }), { maxLength: 6 });

describe("records are placed once, whether they are settled at once or later", () => {
  test("a stream whose pages are settled at the end gives what a file gives that has only the stored ones", () => {
    fc.assert(
      fc.property(anyGroups, (groups) => {
        // Every group has revisions of its own: the store has each but once.
        const apart = groups.map(({ records, isStored }, group) => ({
          isStored,
          records: records.map((record): Written => ({ ...record, main: record.main * 10 + group })),
        }));
        const stored = apart.filter(({ isStored }) => isStored);
        const fromStream = seenAfter((pass) => {
          for (const [group, { records }] of apart.entries()) pass.addUnsettled(batchOf(records), group);
          pass.settle(
            (group) => apart[group]?.isStored === true,
            () => undefined,
          );
        });
        const fromFile = seenAfter((pass) => {
          for (const { records } of stored) pass.add(batchOf(records));
        });
        expect(fromStream).toEqual(fromFile);
      }),
      { numRuns: 500 },
    );
  });

  test("the copies of a page that was written anew count once", () => {
    const page: readonly Written[] = [
      { key: KEYS[0] ?? "", main: 5, value: PLAINTEXT },
      { key: KEYS[0] ?? "", main: 6, value: ENCRYPTED },
    ];
    const seen = seenAfter((pass) => {
      pass.addUnsettled(batchOf(page), 7);
      pass.addUnsettled(batchOf(page), 8);
      pass.settle(
        (group) => group === 8,
        () => undefined,
      );
    });
    expect(seen).toMatchObject({
      live: ["/registry/secrets/default/a 6.0 encrypted 55"],
      superseded: ["/registry/secrets/default/a 5.0 plaintext 200"],
      secrets: 2,
    });
  });

  test("more rows than one block of the column store, and sub revisions among them", () => {
    const records = Array.from(
      { length: 70_000 },
      (_, index): Written => ({
        key: `/registry/secrets/default/s${index % 35_000}`,
        main: 2 + index,
        sub: index % 3,
        value: index % 2 === 0 ? ENCRYPTED : PLAINTEXT,
      }),
    );
    const seen = seenAfter((pass) => {
      for (let start = 0; start < records.length; start += 1000)
        pass.addUnsettled(batchOf(records.slice(start, start + 1000)), start);
      pass.settle(
        () => true,
        () => undefined,
      );
    });
    expect(seen.live).toHaveLength(35_000);
    expect(seen.superseded).toHaveLength(35_000);
    expect(seen).toEqual(seenAfter((pass) => pass.add(batchOf(records))));
  });

  test("pages that are never settled count for nothing", () => {
    const seen = seenAfter((pass) =>
      pass.addUnsettled(batchOf([{ key: KEYS[0] ?? "", main: 5, value: PLAINTEXT }]), 1),
    );
    expect(seen).toEqual({ live: [], superseded: [], secrets: 0, configMaps: 0 });
  });
});

describe("records are counted in their folders", () => {
  test("the marks of deletions are not, records out of scope are", () => {
    const seen = seenAfter((pass) =>
      pass.add(
        batchOf([
          { key: "/registry/secrets/default/a", main: 2, value: PLAINTEXT },
          { key: "/registry/secrets/default/a", main: 3, value: null },
          { key: "/registry/configmaps/default/a", main: 4, value: PLAINTEXT },
          { key: "/registry/configmaps/default/a", main: 5, value: null },
        ]),
      ),
    );
    expect(seen).toMatchObject({ live: [], secrets: 1, configMaps: 1 });
  });
});
