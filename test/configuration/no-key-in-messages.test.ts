import { inspect } from "node:util";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { lint } from "../../src/configuration/lint/index.ts";
import { lintMessage, lintRemedy } from "../../src/configuration/lint/words.ts";
import { readConfiguration } from "../../src/configuration/read-configuration.ts";
import { accepted, block, configurationText, KEY_A, KEY_B, local } from "./read.ts";
import { readVectorFile } from "./vector-file.ts";

/** So many characters of a key in a row would be part of it. */
const TELLING = 8;

const { vectors } = readVectorFile<{ readonly vectors: readonly { readonly name: string; readonly text: string }[] }>(
  "config-validation",
);

/** The texts that stand as `secret`, in YAML and in flow style. */
function secretsOf(text: string): readonly string[] {
  return [...text.matchAll(/secret: *"?([A-Za-z0-9+/=$]{8,})/g)].map(([, secret]) => secret ?? "");
}

function piecesOf(secrets: readonly string[]): ReadonlySet<string> {
  const pieces = new Set<string>();
  for (const secret of secrets) {
    for (let at = 0; at + TELLING <= secret.length; at++) pieces.add(secret.slice(at, at + TELLING));
  }
  return pieces;
}

/** All that is ever said of a refused file: in words, as data, and as a debugger shows it. */
function everythingSaid(text: string): string | undefined {
  const reading = readConfiguration("config.yaml", Buffer.from(text));
  if (reading.kind === "accepted") return undefined;
  const words = lint([{ mode: 0o644, reading }]).map(({ detail }) => `${lintMessage(detail)}\n${lintRemedy(detail)}`);
  return [...words, JSON.stringify(reading), inspect(reading, { depth: 10, showHidden: true })].join("\n");
}

function pieceIn(said: string, pieces: ReadonlySet<string>): string | undefined {
  for (let at = 0; at + TELLING <= said.length; at++) {
    if (pieces.has(said.slice(at, at + TELLING))) return said.slice(at, at + TELLING);
  }
  return undefined;
}

it.each(vectors)("nothing said of '$name' holds a part of a key", ({ text }) => {
  const said = everythingSaid(text);
  if (said !== undefined) expect(pieceIn(said, piecesOf(secretsOf(text)))).toBeUndefined();
});

describe("a file that is broken anywhere", () => {
  const bases = [
    ...vectors.map(({ text }) => text).filter((text) => secretsOf(text).length > 0),
    configurationText(block("secrets, pods", local("aescbc", ["a", KEY_A], ["b", KEY_B]), "identity: {}")),
  ];
  const change = fc.record({
    at: fc.nat(),
    length: fc.nat({ max: 12 }),
    insert: fc.oneof(
      fc.constantFrom(..."{}[]:,-\n\t \"'&*!|>%@`#?"),
      fc.constantFrom("kind: ", "- ", ": ", "\n- ", "resources: [", '"}', "!!int ", "<<: ", "*", "&", "name: ", "v1/"),
      // A piece of a key where it does not belong: as a field, a resource, a kind, an anchor, a version.
      fc.record({ from: fc.nat({ max: 30 }), length: fc.integer({ min: 8, max: 44 }) }),
    ),
  });
  const runs = process.env["SLOW"] === undefined ? 3000 : 100_000;

  it("is refused without a part of a key", () => {
    let refusals = 0;
    fc.assert(
      fc.property(fc.constantFrom(...bases), fc.array(change, { minLength: 1, maxLength: 4 }), (base, changes) => {
        const secrets = [...secretsOf(base), KEY_A];
        let text = base;
        for (const { at, length, insert } of changes) {
          const piece =
            typeof insert === "string" ? insert : (secrets[0] ?? "").slice(insert.from, insert.from + insert.length);
          const start = at % (text.length + 1);
          text = text.slice(0, start) + piece + text.slice(start + length);
        }
        const said = everythingSaid(text);
        if (said === undefined) return;
        refusals++;
        expect(pieceIn(said, piecesOf(secrets))).toBeUndefined();
      }),
      { numRuns: runs },
    );
    expect(refusals).toBeGreaterThan(runs / 4);
  });

  it.each([
    [
      "field",
      (key: string) => `{"kind":"EncryptionConfiguration","apiVersion":"apiserver.config.k8s.io/v1","${key}":1}`,
    ],
    ["kind", (key: string) => `{"kind":"${key}","apiVersion":"apiserver.config.k8s.io/v1"}`],
    ["version", (key: string) => `{"kind":"EncryptionConfiguration","apiVersion":"${key}"}`],
    ["resource", (key: string) => configurationText(block(`"${key}"`, "identity: {}"))],
    [
      "masked resource",
      (key: string) => configurationText(block("'*.*'", "identity: {}"), block(`"x.${key}"`, "identity: {}")),
    ],
    [
      "KMS version",
      (key: string) => configurationText(block("pods", `kms: {apiVersion: "${key}", name: a, endpoint: x}`)),
    ],
    ["endpoint", (key: string) => configurationText(block("pods", `kms: {name: a, endpoint: "${key}:x"}`))],
    ["anchor", (key: string) => configurationText(`- *${key}\n`)],
    ["directive", (key: string) => `%${key}\n---\na: b\n`],
    ["tag", (key: string) => configurationText(`- !!int ${key}\n`)],
  ])("shows no key that stands as its %s", (_place, textWith) => {
    for (const key of [KEY_A, KEY_A.slice(0, 8), "oAaWSRfUWpMTSbDeviT"]) {
      const said = everythingSaid(textWith(key));
      expect(said).toBeDefined();
      expect(pieceIn(said ?? "", piecesOf([key]))).toBeUndefined();
    }
  });
});

it("a key can't be printed from an accepted configuration", () => {
  const configuration = accepted(configurationText(block("secrets", local("aescbc", ["a", KEY_A]))));
  const bytes = Buffer.from(KEY_A, "base64");
  const said = [
    JSON.stringify(configuration),
    inspect(configuration, { depth: 20, showHidden: true }),
    `${configuration.rules.flatMap(({ providers }) => providers.flatMap((one) => ("keys" in one ? one.keys[0]?.secret : [])))}`,
  ].join("\n");
  expect(said).toContain("[redacted, 32 bytes]");
  expect(pieceIn(said, piecesOf([KEY_A, bytes.toString("hex"), bytes.toString("latin1")]))).toBeUndefined();
  expect(said).not.toContain([...bytes.subarray(0, 4)].join(", "));
});
