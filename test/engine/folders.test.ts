import fc from "fast-check";
import { expect, test } from "vitest";
import { Classifier } from "../../src/classify/classifier.ts";
import { Engine } from "../../src/engine/engine.ts";
import { OUT_OF_SCOPE } from "../../src/engine/rows.ts";
import { RowReader } from "../../src/timeline/row-reader.ts";
import { fuzzRuns } from "../bytes/fuzz-runs.ts";
import { plaintextSecret } from "../cli/messages.ts";
import { scopeOf } from "../scope/folder-of.ts";
import { recordsWith } from "./filled-records.ts";

const segment = fc.constantFrom(
  "registry",
  "kubernetes.io",
  "openshift.io",
  "secrets",
  "configmaps",
  "services",
  "specs",
  "endpoints",
  "example.com",
  "widgets",
  "apiextensions.k8s.io",
  "customresourcedefinitions",
  "oauth",
  "accesstokens",
  "default",
  "a",
  "b",
  "",
);
const key = fc.oneof(
  fc.array(segment, { minLength: 1, maxLength: 7 }).map((parts) => `/${parts.join("/")}`),
  fc.array(segment, { minLength: 1, maxLength: 3 }).map((parts) => parts.join("/")),
  fc.constantFrom("compact_rev_key", "/registry", "/registry/", "/registry/secrets", "/registry/secrets/", "x"),
);
const options = fc.constantFrom(
  {},
  { allResources: true },
  { namespaces: ["default", "a"] },
  { resources: ["widgets.example.com", "configmaps"] },
  { prefixes: ["/registry", "/registry/secrets", "/registry/a"] },
  { prefixes: ["/a", "/a/b"], allResources: true },
);

test("keys are put where the scope puts each by itself, whichever came before them", () => {
  const value = plaintextSecret();
  fc.assert(
    fc.property(fc.array(key, { minLength: 1, maxLength: 60 }), options, (keys, of) => {
      const engine = new Engine();
      const scope = scopeOf(of);
      const reader = new RowReader(engine, scope, new Classifier());
      const alone = scopeOf(of);
      for (const [index, text] of keys.entries()) {
        const records = recordsWith(engine, [{ key: text, main: index + 2, value }]);
        reader.read(records, false);
        const bytes = Buffer.concat([Buffer.from(text), value]);
        const length = Buffer.byteLength(text);
        const expected = alone.find(bytes, 0, length, length, value.length);
        const isIncluded = alone.includes(expected, bytes, 0, length);
        const folder = records.folder(0);
        expect({ text, isIncluded: folder < OUT_OF_SCOPE }).toEqual({ text, isIncluded });
        expect(scope.folders[folder % OUT_OF_SCOPE]).toEqual(alone.folders[expected]);
        if (isIncluded) {
          const number = records.key(0);
          const entry = engine.exports.keyEntry(number) >>> 2;
          expect(engine.words[entry + 3]).toBe(folder);
        }
      }
    }),
    fuzzRuns(500),
  );
});
