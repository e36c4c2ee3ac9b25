import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { Classifier } from "../../src/classify/classifier.ts";
import { Engine } from "../../src/engine/engine.ts";
import type { SettledPages } from "../../src/engine/record-sink.ts";
import type { Rows } from "../../src/engine/rows.ts";
import { RecordPass } from "../../src/timeline/record-pass.ts";
import { filled, joined } from "../classify/made-values.ts";
import { plaintextSecret } from "../cli/messages.ts";
import type { Written } from "../engine/fill-batch.ts";
import { recordsWith } from "../engine/filled-records.ts";
import { scopeOf } from "../scope/folder-of.ts";

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
function seenAfter(calls: (pass: RecordPass, engine: Engine) => void): Seen {
  const scope = scopeOf();
  const live: string[] = [];
  const superseded: string[] = [];
  const classifier = new Classifier();
  const engine = new Engine();
  const noteIn = (texts: string[]) => (rows: Rows) => {
    for (let index = 0; index < rows.count; index++) {
      const { key, main, sub, valueClass, size } = rows.row(index);
      const { state } = classifier.classes.valueClass(valueClass);
      texts.push(`${Buffer.from(pass.keys.bytesOf(key))} ${main}.${sub} ${state} ${size}`);
    }
  };
  const pass = new RecordPass(engine, scope, classifier, { freed: false, wal: false }, noteIn(superseded));
  calls(pass, engine);
  pass.finish();
  pass.visitLive(noteIn(live));
  return {
    live: live.sort(),
    superseded: superseded.sort(),
    secrets: scope.recordsOf((resource) => resource === "secrets"),
    configMaps: scope.recordsOf((resource) => resource === "configmaps"),
  };
}

/** Pages of a stream of which some are stored, and of the others nothing counts. */
function pagesOf(isStored: (page: number) => boolean): SettledPages {
  return { isStored, area: { location: "free-page", file: null }, freedOffset: () => undefined };
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
        const fromStream = seenAfter((pass, engine) => {
          for (const [page, { records }] of apart.entries()) pass.addUnsettled(recordsWith(engine, records, page));
          pass.settle(pagesOf((page) => apart[page]?.isStored === true));
        });
        const fromFile = seenAfter((pass, engine) => {
          for (const { records } of stored) pass.add(recordsWith(engine, records));
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
    const seen = seenAfter((pass, engine) => {
      pass.addUnsettled(recordsWith(engine, page, 7));
      pass.addUnsettled(recordsWith(engine, page, 8));
      pass.settle(pagesOf((pgid) => pgid === 8));
    });
    expect(seen).toMatchObject({
      live: ["/registry/secrets/default/a 6.0 encrypted 55"],
      superseded: ["/registry/secrets/default/a 5.0 plaintext 200"],
      secrets: 2,
    });
  });

  test("more rows than are handed on at once, and sub revisions among them", () => {
    const records = Array.from(
      { length: 70_000 },
      (_, index): Written => ({
        key: `/registry/secrets/default/s${index % 35_000}`,
        main: 2 + index,
        sub: index % 3,
        value: index % 2 === 0 ? ENCRYPTED : PLAINTEXT,
      }),
    );
    const seen = seenAfter((pass, engine) => {
      for (let start = 0; start < records.length; start += 1000)
        pass.addUnsettled(recordsWith(engine, records.slice(start, start + 1000), start));
      pass.settle(pagesOf(() => true));
    });
    expect(seen.live).toHaveLength(35_000);
    expect(seen.superseded).toHaveLength(35_000);
    expect(seen).toEqual(seenAfter((pass, engine) => pass.add(recordsWith(engine, records))));
  });

  test("pages that are never settled count for nothing", () => {
    const seen = seenAfter((pass, engine) =>
      pass.addUnsettled(recordsWith(engine, [{ key: KEYS[0] ?? "", main: 5, value: PLAINTEXT }], 1)),
    );
    expect(seen).toEqual({ live: [], superseded: [], secrets: 0, configMaps: 0 });
  });
});

describe("records are counted in their folders", () => {
  test("the marks of deletions are not, records out of scope are", () => {
    const seen = seenAfter((pass, engine) =>
      pass.add(
        recordsWith(engine, [
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

test("which superseded ciphertexts repeat a nonce does not depend on where batches end", () => {
  const ciphertext = (of: number) => joined("k8s:enc:aesgcm:v1:key1:", filled(12), filled(40, of));
  const written: readonly Written[] = [
    { key: KEYS[0] ?? "", main: 2, value: ciphertext(1) },
    { key: KEYS[1] ?? "", main: 3, value: ciphertext(2) },
    { key: KEYS[0] ?? "", main: 4, value: PLAINTEXT },
    { key: KEYS[1] ?? "", main: 5, value: PLAINTEXT },
  ];
  const repeating = (batches: readonly (readonly Written[])[]) => {
    const engine = new Engine();
    const classifier = new Classifier();
    const revisions: number[] = [];
    const pass = new RecordPass(engine, scopeOf(), classifier, { freed: false, wal: false }, (rows) => {
      for (let index = 0; index < rows.count; index++)
        if (classifier.classes.repeatsNonce(rows.valueClass(index))) revisions.push(rows.main(index));
    });
    for (const batch of batches) pass.add(recordsWith(engine, batch));
    pass.finish();
    return revisions;
  };
  // Of two superseded ones the later is told.
  expect(repeating([written])).toEqual([3]);
  expect(repeating(written.map((each) => [each]))).toEqual([3]);
});
