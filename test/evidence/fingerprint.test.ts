import { createHash } from "node:crypto";
import fc from "fast-check";
import { expect, test } from "vitest";
import { fingerprintOf } from "../../src/evidence/fingerprint.ts";
import type { FindingKind } from "../../src/model/finding.ts";
import type { InventoryRow } from "../../src/model/stored-value.ts";
import { sourceFinding } from "../report/sample-reports.ts";
import { AESCBC, KMS_V1, value, valueClass, valueFinding } from "../report/sample-result.ts";

function ofValue(fields: Partial<InventoryRow> = {}): string {
  return fingerprintOf(valueFinding("plaintext-value", value(fields)));
}

test("a fingerprint is what it was in every earlier release", () => {
  const hash = createHash("sha256");
  for (const part of ["plaintext-value", "/registry/secrets/default/db", "head"]) {
    hash.update(Buffer.from([0, 0, 0, part.length])).update(part);
  }
  expect(ofValue()).toBe(hash.digest("hex").slice(0, 32));
  expect(ofValue()).toBe("3b9151a0b74cb554ced46dbbc66621cc");
});

test("a live value that is written anew and still wrong keeps its fingerprint", () => {
  expect(ofValue({ modRevision: 9999, version: 8, size: 1, valueClass: AESCBC })).toBe(ofValue());
});

test("the level, the source and the resource's name do not matter", () => {
  const finding = valueFinding("plaintext-value", value());
  expect(fingerprintOf({ ...finding, level: "off", source: 3 })).toBe(fingerprintOf(finding));
  expect(ofValue({ resource: "renamed", key: value().key })).toBe(ofValue());
});

test("each superseded revision of a key is a finding of its own", () => {
  const superseded = (modRevision: number) => ofValue({ location: "history", modRevision });
  expect(superseded(1)).not.toBe(superseded(2));
  expect(superseded(1)).not.toBe(ofValue({ modRevision: 1 }));
});

test("kinds and keys are told apart, and parts never run together", () => {
  expect(fingerprintOf(valueFinding("resource-not-served", value()))).not.toBe(ofValue());
  fc.assert(
    fc.property(fc.uint8Array(), fc.uint8Array(), (a, b) => {
      expect(ofValue({ key: a }) === ofValue({ key: b })).toBe(Buffer.from(a).equals(b));
    }),
  );
});

test("a finding about a source stays the same while its numbers change", () => {
  const due = (freeBytes: number) => fingerprintOf(sourceFinding({ kind: "defragmentation-due", freeBytes }));
  const unlooked = (prefix: string, keys: number) => {
    return fingerprintOf(sourceFinding({ kind: "unlooked-prefix", prefix, keys, exampleKey: Buffer.from("/x") }));
  };
  expect(due(1)).toBe(due(2));
  expect(unlooked("/a", 1)).toBe(unlooked("/a", 2));
  expect(unlooked("/a", 1)).not.toBe(unlooked("/b", 1));
});

test("a finding about a key is another one under another key, and the same when the value is written anew", () => {
  const stale = (keyName: string, fields: Partial<InventoryRow> = {}) =>
    fingerprintOf(valueFinding("stale-key", value({ valueClass: valueClass({ ...AESCBC, keyName }), ...fields })));
  expect(stale("key1", { modRevision: 9999, size: 1 })).toBe(stale("key1"));
  expect(stale("key2")).not.toBe(stale("key1"));
});

test("a KEK's version counts only where the finding is about it: it is not always known", () => {
  const ofKek = (kind: string, kekVersion: string | null) =>
    fingerprintOf(valueFinding(kind as FindingKind, value({ valueClass: valueClass({ ...KMS_V1, kekVersion }) })));
  expect(ofKek("stale-key", "vault:v1")).toBe(ofKek("stale-key", null));
  expect(ofKek("stale-kms-key", "vault:v1")).not.toBe(ofKek("stale-kms-key", "vault:v2"));
});

test("a finding that was read from a report keeps the fingerprint that it has there", () => {
  const written = { fingerprint: "0".repeat(32), message: "", remediation: "", cluster: 0 };
  expect(fingerprintOf({ ...valueFinding("plaintext-value", value()), written })).toBe("0".repeat(32));
});
