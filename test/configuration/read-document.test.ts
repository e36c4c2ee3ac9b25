import { describe, expect, it } from "vitest";
import { accepted, block, configurationText, KEY_A, KEY_B, local, refused } from "./read.ts";

const aescbc = local("aescbc", ["key1", KEY_A]);
const plain = configurationText(block("secrets", aescbc));
const names = (content: string | Uint8Array) => accepted(content).rules.map(({ resource }) => resource);
const withName = (name: string) =>
  configurationText(block("secrets", `aescbc: {keys: [{name: ${name}, secret: "${KEY_A}"}]}`));
const problem = (content: string | Uint8Array) => refused(content).map(({ reason }) => reason);

/** Each verdict is the one of LoadEncryptionConfig of k8s.io/apiserver v0.36.6 on the same bytes. */
describe("a text is read as YAML 1.1 in the API server's reading", () => {
  it.each(["yes", "y", "On", "NO", "true", "1", "010", "0x1F", "0b11", "1_000", "1e3", ".5", ".inf", "-.INF", ".nan"])(
    "the plain scalar %s is no text",
    (scalar) => {
      expect(problem(withName(scalar))).toMatchObject([{ kind: "wrong-type", expected: "text" }]);
    },
  );

  it.each([
    "'yes'",
    "1:20",
    "2001-01-01",
    "0x",
    "1e999",
    "!!str 7",
    "!!binary YQ==",
    "yES",
    "0o8x",
    "_1",
    ".5x",
    "1.2.3",
  ])("the scalar %s is text", (scalar) => {
    expect(names(withName(scalar))).toEqual(["secrets"]);
  });

  it.each(["~", "null", "Null", '""', "''", "!!null null"])("the scalar %s is no name", (scalar) => {
    expect(problem(withName(scalar))).toMatchObject([{ kind: "mandatory", field: "name" }]);
  });

  it.each(["!!int x", "!!bool x", "!!float x", "!!null x", "!!binary '*'"])(
    "the tagged scalar %s is refused",
    (scalar) => {
      expect(problem(withName(scalar))).toEqual([{ kind: "syntax", problem: "tag-mismatch" }]);
    },
  );

  it("a number with a fraction of zero is an integer, in octal too", () => {
    const kms = (size: string) =>
      configurationText(block("secrets", `kms: {name: a, endpoint: "unix:///x", cachesize: ${size}}`));
    expect(accepted(kms("1e2")).rules[0]?.providers).toMatchObject([{ cacheSize: 100 }]);
    expect(accepted(kms("010")).rules[0]?.providers).toMatchObject([{ cacheSize: 8 }]);
    expect(accepted(kms("08")).rules[0]?.providers).toMatchObject([{ cacheSize: 8 }]);
    expect(problem(kms("1.5"))).toMatchObject([{ kind: "wrong-type", expected: "integer" }]);
    expect(problem(kms("2147483648"))).toMatchObject([{ kind: "wrong-type", expected: "integer" }]);
  });

  it("only the first document counts, however broken the rest is", () => {
    expect(names(`${plain}---\n: : [ }\n\t- x`)).toEqual(["secrets"]);
    expect(names(`# comment\n---\n${plain}...\n`)).toEqual(["secrets"]);
  });

  it("anchors, aliases and merge keys are followed", () => {
    const text = configurationText(
      `- resources: [secrets]\n  providers: &all\n  - aescbc:\n      keys:\n      - &key {name: a, secret: "${KEY_A}"}\n`,
      "- resources: [configmaps]\n  providers: *all\n",
      "- resources: [pods]\n  providers:\n  - aesgcm: {keys: [{<<: *key}]}\n",
    );
    expect(accepted(text).rules.map(({ providers }) => providers[0])).toMatchObject([
      { kind: "aescbc", keys: [{ name: "a" }] },
      { kind: "aescbc", keys: [{ name: "a" }] },
      { kind: "aesgcm", keys: [{ name: "a" }] },
    ]);
  });

  it("a field that a merge key brought must not be set again", () => {
    const text = configurationText(
      `- resources: [secrets]\n  providers:\n  - aescbc:\n      keys:\n      - &key {name: a, secret: "${KEY_A}"}\n`,
      "      - {<<: *key, name: b}\n",
    );
    expect(refused(text)).toMatchObject([{ line: 9, reason: { kind: "duplicate-field" } }]);
  });

  it.each([
    ["an unknown alias", "- *nowhere\n", "unknown-anchor"],
    ["an anchor within itself", "- &a [*a]\n", "anchor-in-itself"],
    ["a merge of no mapping", "- {<<: [1]}\n", "bad-merge"],
    ["a list as a field's name", "- {[a]: b}\n", "key-not-text"],
    ["a tab for indentation", "\t- x\n", "tab"],
    ["a control character", "- \x07\n", "control-character"],
  ])("%s is refused with its line", (_name, text, expected) => {
    const [refusal] = refused(configurationText(text));
    expect(refusal).toEqual({ line: 4, reason: { kind: "syntax", problem: expected } });
  });

  it("aliases that stand for a huge document are refused", () => {
    const levels = Array.from({ length: 8 }, (_, level) =>
      level === 0 ? "- &l0 [x, x, x, x, x, x, x, x, x, x]\n" : `- &l${level} [${`*l${level - 1}, `.repeat(10)}]\n`,
    );
    expect(problem(configurationText(...levels))).toEqual([{ kind: "syntax", problem: "too-many-aliases" }]);
  });

  it("lines inside brackets and quotes need no indentation", () => {
    expect(names(plain.replace("[secrets]", "[\nsecrets,\n'config\n\nmaps']"))).toEqual(["secrets", "config\nmaps"]);
    expect(names(plain.replace("{keys: [", "{\nkeys: [\n").replace("]}", "\n]\n}"))).toEqual(["secrets"]);
    expect(names(plain.replace('"key1"', '"key\n1"'))).toEqual(["secrets"]);
  });

  it("a byte order mark, UTF-16 and old line breaks are understood", () => {
    expect(names(`\ufeff${plain}`)).toEqual(["secrets"]);
    expect(names(Buffer.from(`\ufeff${plain}`, "utf16le"))).toEqual(["secrets"]);
    expect(names(Buffer.from(`\ufeff${plain}`, "utf16le").swap16())).toEqual(["secrets"]);
    expect(names(plain.replaceAll("\n", "\r\n"))).toEqual(["secrets"]);
    expect(accepted(plain.replaceAll("\n", "\r")).rules[0]?.line).toBe(4);
    expect(problem(Buffer.concat([Buffer.from(plain), Buffer.from([0x23, 0xff])]))).toMatchObject([
      { problem: "not-utf-8" },
    ]);
  });
});

describe("a text that begins with a brace is read as JSON", () => {
  const json = `{"kind":"EncryptionConfiguration","apiVersion":"apiserver.config.k8s.io/v1",
 "resources":[{"resources":["secrets"],
  "providers":[{"aescbc":{"keys":[{"name":"a",
   "secret":"${KEY_B}"}]}}]}]}`;

  it("with the line of each field", () => {
    const [rule] = accepted(json).rules;
    expect(rule).toMatchObject({ line: 2, providers: [{ line: 3, keys: [{ line: 3, secretLine: 4 }] }] });
  });

  it.each([
    ["a trailing comma", json.replace("}]}]}", "},]}]}")],
    ["a comment", `${json}\n# x`],
    ["a name without quotes", json.replace('"kind"', "kind")],
    ["single quotes", json.replace('"a"', "'a'")],
    ["a second value", `${json}{}`],
    ["a cut end", json.slice(0, -1)],
  ])("and refused with %s, which YAML would allow", (_name, text) => {
    expect(problem(text)).toEqual([{ kind: "syntax", problem: "not-json" }]);
  });

  it("and a field that stands twice is refused", () => {
    expect(problem(json.replace('"name":"a"', '"name":"a","name":"b"'))).toMatchObject([{ kind: "duplicate-field" }]);
  });
});

describe("fields are strict", () => {
  it("names are case-sensitive", () => {
    expect(problem(plain.replace("resources: [", "Resources: ["))).toContainEqual({
      kind: "unknown-field",
      path: "resources[0]",
      name: "Resources",
    });
  });

  it("identity holds nothing, and null is no provider", () => {
    expect(problem(configurationText(block("secrets", "identity: {a: b}")))).toMatchObject([{ kind: "unknown-field" }]);
    expect(problem(configurationText(block("secrets", "identity: []")))).toMatchObject([{ kind: "wrong-type" }]);
    expect(problem(configurationText(block("secrets", "identity:")))).toMatchObject([{ kind: "no-provider" }]);
  });
});
