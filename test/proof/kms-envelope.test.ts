import { randomBytes } from "node:crypto";
import { expect, it } from "vitest";
import { SecretBytes } from "../../src/configuration/secret-bytes.ts";
import { kmsOpener } from "../../src/proof/kms-envelope.ts";
import { gcm } from "./rebuild-stored.ts";

const ETCD_KEY = Buffer.from("/registry/secrets/dev/db");
const DEK = randomBytes(32);
const WRAPPED = Buffer.from("wrapped");

/** A field of a protobuf message: a varint or bytes, of a length below 128. */
const varint = (number: number, value: number) => Buffer.from([number << 3, value]);
const bytes = (number: number, value: Uint8Array) =>
  Buffer.concat([Buffer.from([(number << 3) | 2, value.length]), value]);

it("a KMS v2 object is read past fields that carry a known number and another wire type", () => {
  const provider = {
    kind: "kms-v2",
    line: 1,
    name: "a",
    endpoint: "unix:///a",
    timeout: 3000,
    cacheSize: null,
  } as const;
  const opener = kmsOpener(provider, {
    unwrapV1: () => "refused",
    unwrapV2: (_, { dekSource }) => (WRAPPED.equals(dekSource) ? new SecretBytes(DEK) : "refused"),
    currentKey: () => undefined,
  });
  const data = gcm(DEK, randomBytes(12), Buffer.from("{}"), ETCD_KEY);
  const object = Buffer.concat([
    bytes(1, data),
    bytes(2, Buffer.from("key-id")),
    bytes(3, WRAPPED),
    // Of no meaning to proto3: the data key's source as a number, its type as bytes.
    varint(3, 5),
    bytes(5, Buffer.from([1])),
  ]);
  expect(opener.open(object, 0, object.length, ETCD_KEY)).toBe("verified");
});
