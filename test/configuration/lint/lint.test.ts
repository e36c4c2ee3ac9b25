import { describe, expect, it } from "vitest";
import { lint } from "../../../src/configuration/lint/index.ts";
import { lintMessage, lintRemedy } from "../../../src/configuration/lint/words.ts";
import { readConfiguration } from "../../../src/configuration/read-configuration.ts";
import { block, configurationText, KEY_A, KEY_B, local } from "../read.ts";

const file = (text: string, { mode = 0o600, path = "config.yaml" } = {}) => ({
  mode,
  reading: readConfiguration(path, Buffer.from(text)),
});
const found = (...blocks: readonly string[]) =>
  lint([file(configurationText(...blocks))]).map(({ line, detail }) => [line, detail.kind] as const);
const KMS_V1 = 'kms: {name: plug, endpoint: "unix:///x"}';
const KMS_V2 = 'kms: {apiVersion: v2, name: plug, endpoint: "unix:///x"}';
const base64 = (bytes: Uint8Array | string) => Buffer.from(bytes).toString("base64");
const sound = local("secretbox", ["a", KEY_A]);

describe("lint", () => {
  it.each([
    ["a sound secretbox configuration", [block("secrets", sound, "identity: {}")]],
    ["KMS v2 for everything", [block("events", "identity: {}"), block("'*.*'", KMS_V2, "identity: {}")]],
    ["one key in the blocks of several resources", [block("secrets", sound), block("configmaps", sound)]],
  ])("finds nothing in %s", (_name, blocks) => {
    expect(found(...blocks)).toEqual([]);
  });

  it("finds every reason for which a file is refused", () => {
    expect(found(block("Secrets", "{}"), block("secrets", local("aescbc", ["", ""])))).toEqual([
      [4, "config-refused"],
      [6, "config-refused"],
      [9, "config-refused"],
      [9, "config-refused"],
    ]);
  });

  it.each([
    ["secrets", block("secrets", "identity: {}", sound), 6],
    ["the core group", block("'*.'", "identity: {}"), 6],
    ["everything", block("'*.*'", "identity: {}", sound), 6],
  ])("finds identity first for secrets under a rule for %s", (_name, text, line) => {
    expect(found(text)).toEqual([[line, "config-identity-first"]]);
  });

  it("finds no identity first where another resource is meant to stay plaintext", () => {
    expect(found(block("events", "identity: {}"), block("secrets", sound))).toEqual([]);
  });

  it("finds that no rule names secrets", () => {
    expect(found(block("configmaps", sound))).toEqual([[3, "config-secrets-not-covered"]]);
  });

  it("finds the published keys without calling them weak too", () => {
    expect(found(block("secrets", local("aescbc", ["k", "c2VjcmV0IGlzIHNlY3VyZQ=="])))).toEqual([
      [6, "config-published-key"],
    ]);
  });

  it.each([
    ["16 bytes", "oAaWS08RfUWpM/T9SbDevg==", "aes-128"],
    ["zeros", base64(new Uint8Array(32)), "pattern"],
    ["a word repeated", base64("change!!".repeat(4)), "pattern"],
    ["a word repeated and cut", base64("secret".repeat(6).slice(0, 32)), "pattern"],
    ["bytes that count up", base64(Uint8Array.from({ length: 32 }, (_, index) => 250 + index)), "sequence"],
    [
      "few different bytes",
      base64(Uint8Array.from({ length: 32 }, (_, index) => (index * index) % 19)),
      "few-different-bytes",
    ],
    ["a sentence", base64("correct horse battery staple 123"), "printable-text"],
    ["hexadecimal digits", base64("0f1e2d3c4b5a69788796a5b4c3d2e1f0"), "printable-text"],
  ])("finds a weak key of %s", (_name, secret, weakness) => {
    const results = lint([file(configurationText(block("secrets", local("aescbc", ["k", secret]))))]);
    expect(results.map(({ detail }) => detail)).toMatchObject([{ kind: "config-weak-key", weakness }]);
  });

  it("finds no weak key among random ones of 24 and 32 bytes", () => {
    expect(found(block("secrets", local("aescbc", ["k", KEY_A], ["l", "BZLUa4CKTG9BpypCJJA8w5ITLITS4MbI"])))).toEqual(
      [],
    );
  });

  it("finds a name that stands for two keys of one resource, or of two", () => {
    const twice = local("secretbox", ["a", KEY_A], ["a", KEY_B]);
    expect(found(block("secrets", twice))).toEqual([[6, "config-duplicate-key-name"]]);
    expect(found(block("secrets", sound), block("pods", local("secretbox", ["a", KEY_B])))).toEqual([
      [9, "config-duplicate-key-name"],
    ]);
    expect(found(block("secrets", sound, local("aescbc", ["a", KEY_B])))).toEqual([]);
  });

  it("finds one secret under two names or providers", () => {
    expect(found(block("secrets", local("secretbox", ["a", KEY_A], ["b", KEY_A])))).toEqual([
      [6, "config-repeated-key"],
    ]);
    expect(found(block("secrets", sound), block("pods", local("aescbc", ["a", KEY_A])))).toEqual([
      [9, "config-repeated-key"],
    ]);
  });

  it("finds what is never used", () => {
    expect(found(block("secrets", sound, "identity: {}", "identity: {}"))).toEqual([
      [8, "config-unreachable-provider"],
    ]);
    expect(found(block("secrets", sound), block("secrets", sound))).toEqual([
      [9, "config-duplicate-key-name"],
      [9, "config-unreachable-provider"],
    ]);
    expect(found(block("secrets, deployments, secrets.v1, '*.app'", sound)).map(([, kind]) => kind)).toEqual([
      "config-unreachable-provider",
      "config-unreachable-provider",
      "config-unreachable-provider",
    ]);
    expect(found(block("secrets, deployments.apps, pandas.bears.example, '*.batch'", sound))).toEqual([]);
  });

  it("finds KMS v1 and an aesgcm key that writes, once for each provider", () => {
    expect(found(block("secrets, pods", local("aesgcm", ["g", KEY_A]), KMS_V1))).toEqual([
      [6, "config-aesgcm-rotation"],
      [7, "config-kms-v1"],
    ]);
    expect(found(block("secrets", sound, local("aesgcm", ["g", KEY_B])))).toEqual([]);
  });

  it.each([
    [0o640, "readable"],
    [0o604, "readable"],
    [0o620, "writable"],
    [0o666, "writable"],
  ])("finds the mode %o of a file with keys", (mode, risk) => {
    const results = lint([file(configurationText(block("secrets", sound)), { mode })]);
    expect(results).toMatchObject([{ line: 1, detail: { kind: "config-file-mode", mode, risk } }]);
  });

  it("finds no fault with a readable file that holds no key, or with no mode at all", () => {
    const text = configurationText(block("secrets", KMS_V2));
    expect(lint([file(text, { mode: 0o644 })])).toEqual([]);
    expect(lint([{ ...file(configurationText(block("secrets", sound))), mode: null }])).toEqual([]);
  });

  it("finds the legacy kind", () => {
    const text = configurationText(block("secrets", sound));
    const legacy = text
      .replace("EncryptionConfiguration", "EncryptionConfig")
      .replace("apiserver.config.k8s.io/v1", "v1");
    expect(lint([file(legacy)])).toMatchObject([{ line: 1, detail: { kind: "config-legacy-kind" } }]);
  });

  it("finds that servers differ, at the second file", () => {
    const [one, two] = [sound, local("secretbox", ["a", KEY_B])].map((provider, index) =>
      file(configurationText(block("secrets", provider)), { path: `${index + 1}.yaml` }),
    );
    if (one === undefined || two === undefined) throw new Error("two files");
    expect(lint([one, two])).toMatchObject([
      { path: "2.yaml", line: 4, detail: { kind: "config-servers-differ", difference: { kind: "secret" } } },
    ]);
  });

  it("says of everything it finds what it is and what to write instead, each in one line", () => {
    const texts = [
      configurationText(block("Secrets", "{}"), block("secrets.*", local("aescbc", ["", "x"]))),
      configurationText(block("pods, secret", local("aesgcm", ["a", KEY_A], ["a", KEY_B], ["b", KEY_A]), KMS_V1)),
      configurationText(
        block("secrets", "identity: {}", "identity: {}", local("aescbc", ["a", base64("x".repeat(32))])),
      ),
    ];
    const results = lint(texts.map((text, index) => file(text, { mode: 0o644, path: `${index}` })));
    expect(new Set(results.map(({ detail }) => detail.kind)).size).toBeGreaterThan(9);
    for (const { detail } of results) {
      for (const words of [lintMessage(detail), lintRemedy(detail)]) expect(words).toMatch(/^\S[^\n]*[^\n.]$/);
    }
  });
});
