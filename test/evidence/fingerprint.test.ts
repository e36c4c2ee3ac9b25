import { createHash } from "node:crypto";
import fc from "fast-check";
import { expect, test } from "vitest";
import { fingerprintOf } from "../../src/evidence/fingerprint.ts";
import type { InventoryRow } from "../../src/model/stored-value.ts";
import { sourceFinding } from "../report/sample-reports.ts";
import { AESCBC, value, valueFinding } from "../report/sample-result.ts";

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
