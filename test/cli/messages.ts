import { expect } from "vitest";
import type { EtcdRecord } from "../bbolt-file/etcd-record.ts";

/** Standard error holds one line that says something, and no stack trace. */
export function expectOneLine(stderr: string): void {
  expect(stderr.trim().split("\n")).toHaveLength(1);
  expect(stderr.trim()).not.toBe("");
  expect(stderr).not.toMatch(/^\s+at /m);
}

/** Records of plaintext secrets, one revision each, in four namespaces. */
export function secretRecords(count: number, valueLength = 200): EtcdRecord[] {
  return Array.from({ length: count }, (_, index) => ({
    revision: index + 2,
    key: `/registry/secrets/team-${index % 4}/token-${index}`,
    value: plaintextSecret(valueLength),
  }));
}

/** The first bytes of a Secret as protobuf, then filling up to a length in bytes. */
export function plaintextSecret(length = 200): Uint8Array {
  const value = new Uint8Array(Math.max(length, 20)).fill(0x2e);
  value.set(new TextEncoder().encode("k8s\0\n\f\n\u0002v1\u0012\u0006Secret\u0012"));
  return value;
}
