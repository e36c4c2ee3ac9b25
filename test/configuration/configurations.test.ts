import { createHash } from "node:crypto";
import { describe, expect, it } from "vitest";
import { configuredNames } from "../../src/configuration/configured-names.ts";
import { differences } from "../../src/configuration/differences.ts";
import { summaryOf } from "../../src/configuration/summary.ts";
import { accepted, block, configurationText, KEY_A, KEY_B, local } from "./read.ts";

const KMS = 'kms: {apiVersion: v2, name: plug, endpoint: "unix:///x"}';

describe("the summary of a configuration", () => {
  it("tells each rule's keys in text form, in reading order, each once", () => {
    const text = configurationText(
      block("secrets, '*.apps'", KMS, local("aescbc", ["a:b", KEY_A], ["c/d", KEY_B], ["c/d", KEY_A]), "identity: {}"),
      block("pods", "identity: {}"),
    );
    const readKeys = ["kms-v2/plug", "aescbc/a:b", "aescbc/c/d", "identity"];
    expect(summaryOf(accepted(text, "server-1.yaml"))).toEqual({
      path: "server-1.yaml",
      sha256: createHash("sha256").update(text).digest("hex"),
      kind: "EncryptionConfiguration",
      resources: [
        { resource: "secrets", writeKey: "kms-v2/plug", readKeys },
        { resource: "*.apps", writeKey: "kms-v2/plug", readKeys },
        { resource: "pods", writeKey: "identity", readKeys: ["identity"] },
      ],
    });
  });
});

describe("the configured names", () => {
  it("stand by provider, the longest in bytes first, each once", () => {
    const one = accepted(configurationText(block("secrets", local("secretbox", ["a", KEY_A], ["a:b", KEY_B]), KMS)));
    const two = accepted(configurationText(block("secrets", local("secretbox", ["äö", KEY_A], ["a", KEY_B]))));
    expect(configuredNames([one, two])).toEqual({
      aescbc: [],
      aesgcm: [],
      secretbox: ["äö", "a:b", "a"],
      "kms-v1": [],
      "kms-v2": ["plug"],
    });
  });
});

describe("the configurations of several servers", () => {
  const server = (path: string, ...blocks: readonly string[]) => accepted(configurationText(...blocks), path);
  const first = server("1.yaml", block("secrets", local("aescbc", ["a", KEY_A], ["b", KEY_B]), "identity: {}"));
  const compare = (...blocks: readonly string[]) =>
    differences([first, server("2.yaml", ...blocks)]).map(({ resource, detail }) => ({ resource, ...detail }));
  const [a, b] = [
    { provider: "aescbc", name: "a" },
    { provider: "aescbc", name: "b" },
  ];

  it("do not differ by layout, comments and the way keys are joined", () => {
    expect(
      compare(block("secrets", local("aescbc", ["a", KEY_A]), local("aescbc", ["b", KEY_B]), "identity: {}")),
    ).toEqual([]);
  });

  it("differ by the key that writes", () => {
    expect(compare(block("secrets", local("aescbc", ["b", KEY_B], ["a", KEY_A]), "identity: {}"))).toEqual([
      { resource: "secrets", kind: "write-key", first: a, second: b },
    ]);
  });

  it("differ by a key that one of them can't read", () => {
    expect(compare(block("secrets", local("aescbc", ["a", KEY_A])))).toEqual([
      { resource: "secrets", kind: "read-key", key: b, missingIn: "2.yaml" },
      { resource: "secrets", kind: "read-key", key: { provider: "identity", name: null }, missingIn: "2.yaml" },
    ]);
  });

  it("differ by the order of keys that only read", () => {
    const text = block("secrets", local("aescbc", ["a", KEY_A]), "identity: {}", local("aescbc", ["b", KEY_B]));
    expect(compare(text)).toEqual([{ resource: "secrets", kind: "read-order" }]);
  });

  it("differ by a secret under the same name, and neither is shown", () => {
    const found = compare(block("secrets", local("aescbc", ["a", KEY_A], ["b", KEY_A]), "identity: {}"));
    expect(found).toEqual([{ resource: "secrets", kind: "secret", key: b }]);
  });

  it("differ by what they cover, and a wildcard covers what the other names", () => {
    const same = local("aescbc", ["a", KEY_A], ["b", KEY_B]);
    expect(compare(block("'*.'", same, "identity: {}"))).toEqual([
      { resource: "*.", kind: "coverage", coveredBy: "2.yaml", missingIn: "1.yaml" },
    ]);
  });
});
