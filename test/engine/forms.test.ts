import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { Classifier, type KnownNames } from "../../src/classify/classifier.ts";
import { Engine } from "../../src/engine/engine.ts";
import { RowReader } from "../../src/timeline/row-reader.ts";
import { fuzzRuns } from "../bytes/fuzz-runs.ts";
import { encryptedObjectFields, filled, joined, kmsV1Value } from "../classify/made-values.ts";
import { plaintextSecret } from "../cli/messages.ts";
import { scopeOf } from "../scope/folder-of.ts";
import { recordsWith } from "./filled-records.ts";

const NAMES: KnownNames = { aescbc: ["key1:old", "key1"], secretbox: ["a:b"], "kms-v2": ["plugin:x"] };

const length = fc.constantFrom(0, 1, 15, 16, 17, 27, 28, 31, 32, 33, 39, 40, 41, 48, 60, 64, 200);
const name = fc.constantFrom("key1", "key1:old", "key1:o", "a", "a:b", "plugin", "plugin:x", "", "k");
const local = fc
  .tuple(fc.constantFrom("aescbc", "aesgcm", "secretbox", "rot13"), name, length, fc.nat(3))
  .map(([provider, of, bytes, seed]) => joined(`k8s:enc:${provider}:v1:${of}:`, filled(bytes, seed)));
const kmsV2 = fc
  .record({
    of: name,
    dataLength: fc.constantFrom(0, 27, 28, 59, 60, 61, 80, 130),
    keyId: fc.constantFrom("", "key-1", "key-2"),
    dek: fc.constantFrom(filled(50, 1), filled(50, 2), Buffer.from("vault:v1:abc"), Buffer.from("vault:v2:abc")),
    dekSourceType: fc.constantFrom(0, 1),
    isOrdered: fc.boolean(),
    seed: fc.nat(3),
  })
  .map(({ of, dataLength, keyId, dek, dekSourceType, isOrdered, seed }) => {
    const data = filled(dataLength, seed);
    const fields = encryptedObjectFields({ data, keyId, dekSource: dek, dekSourceType });
    return joined(`k8s:enc:kms:v2:${of}:`, ...(isOrdered ? fields : [...fields].reverse()));
  });
const kmsV1 = fc
  .tuple(fc.constantFrom("vault:v1:a", "vault:v1:b", "vault:v2:a"), fc.constantFrom("plugin", "plugin:x"))
  .map(([dek, of]) => kmsV1Value(dek, of));
const plaintext = fc.constantFrom(
  plaintextSecret(),
  Buffer.from('{"kind":"Secret"}'),
  Buffer.from('  {"kind":"Secret"}'),
  Buffer.from("k8s"),
  Buffer.from("k8s:en"),
  Buffer.from("k8s:enc"),
  Buffer.alloc(0),
  Uint8Array.of(0xd9, 0xd9, 0xf7, 1),
  Buffer.from("text"),
);
/** Bytes changed, or missing at the end. */
const damaged = fc
  .tuple(fc.oneof(local, kmsV2, kmsV1), fc.nat(300), fc.nat(255), fc.option(fc.nat(300)))
  .map(([value, place, byte, cut]) => {
    const changed = Buffer.from(value);
    if (place < changed.length) changed[place] = byte;
    return changed.subarray(0, cut ?? changed.length);
  });
const values = fc.array(fc.oneof(local, kmsV2, kmsV1, plaintext, damaged), { maxLength: 60 });

/** What values are, all of them read by an engine that learns their forms from the first ones. */
function byEngine(all: readonly Uint8Array[], names: KnownNames): readonly string[] {
  const engine = new Engine();
  const classifier = new Classifier(names);
  const reader = new RowReader(engine, scopeOf(), classifier);
  const ids = all.map((value, index) => {
    const records = recordsWith(engine, [{ key: "/registry/secrets/a/b", main: index + 2, value }]);
    reader.read(records, true);
    return records.valueClass(0);
  });
  const { classes } = classifier;
  return ids.map((id) => JSON.stringify(classes.valueClass(classes.settled(id))));
}

function byClassifier(all: readonly Uint8Array[], names: KnownNames): readonly string[] {
  const classifier = new Classifier(names);
  const ids = all.map((value) => classifier.classify(value, 0, value.length));
  const { classes } = classifier;
  return ids.map((id) => JSON.stringify(classes.valueClass(classes.settled(id))));
}

describe("values of a form that is known are of its class", () => {
  test.each([
    ["no key is configured", {}],
    ["names are configured that begin others", NAMES],
  ])("as if each were read by itself, where %s", (_, names) => {
    fc.assert(
      fc.property(values, (all) => {
        expect(byEngine(all, names)).toEqual(byClassifier(all, names));
      }),
      fuzzRuns(500),
    );
  });

  test("and are not asked about again", () => {
    const engine = new Engine();
    const reader = new RowReader(engine, scopeOf(), new Classifier(NAMES));
    const ask = engine.host.classOf;
    let asked = 0;
    engine.host.classOf = (record) => {
      asked++;
      return ask(record);
    };
    const written = ["key1", "key1:old", "key2"].flatMap((of) =>
      Array.from({ length: 50 }, (_, index) => ({
        key: "/registry/secrets/a/b",
        main: 2 + index,
        value: joined(`k8s:enc:aescbc:v1:${of}:`, filled(32 + 16 * (index % 4), index)),
      })),
    );
    reader.read(recordsWith(engine, written), true);
    // What begins with "key1:" may be of "key1:old" as well, so only the longer name is a form.
    expect(asked).toBe(50 + 1 + 1);
  });

  test("of more forms than are kept", () => {
    const all = Array.from({ length: 700 }, (_, index) => joined(`k8s:enc:aesgcm:v1:key-${index % 350}:`, filled(40)));
    expect(byEngine(all, {})).toEqual(byClassifier(all, {}));
  });
});
