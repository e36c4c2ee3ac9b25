import { describe, expect, test } from "vitest";
import { readValueVectors, VALUE_VECTOR_FILES, type ValueVector } from "../fixtures-vectors.ts";
import { classifyOne } from "./classify-one.ts";

const PREFIXES: ReadonlyMap<string, string> = new Map([
  ["aescbc", "k8s:enc:aescbc:v1:"],
  ["aesgcm", "k8s:enc:aesgcm:v1:"],
  ["secretbox", "k8s:enc:secretbox:v1:"],
  ["kms-v1", "k8s:enc:kms:v1:"],
  ["kms-v2", "k8s:enc:kms:v2:"],
]);

/** What the real code says of bytes that are no EncryptedObject which ValidateEncryptedObject lets pass. */
const NOT_AN_ENCRYPTED_OBJECT =
  /^(proto: |string field contains|encrypted data is empty|unknown encryptedDEKSourceType|failed to validate)/;

/** The state by the contract's rules, from the vector's bytes and the answer of the real code. */
function stateByContract({ name, stored, expect: { state, keyName, error = "" } }: ValueVector): string {
  if (state === "identity") return "plaintext";
  if (state === "unknown") return "unknown";
  const body = stored.subarray((PREFIXES.get(state)?.length ?? 0) + Buffer.byteLength(keyName ?? "") + 1);
  const encryptedWhere = (isSound: boolean) => (keyName !== undefined && isSound ? "encrypted" : "malformed");
  switch (state) {
    case "aescbc":
      return encryptedWhere(body.length >= 32 && body.length % 16 === 0);
    case "aesgcm":
      return encryptedWhere(body.length >= 28);
    case "secretbox":
      return encryptedWhere(body.length >= 40);
    case "kms-v1": {
      const dekLength = body.length < 2 ? 0 : body.readUInt16BE(0);
      return encryptedWhere(dekLength > 0 && body.length - 2 - dekLength >= 28);
    }
    case "kms-v2": {
      const cut = /encrypted-data-cut-to-(\d+)$/.exec(name)?.[1];
      if (cut !== undefined) return encryptedWhere(Number(cut) >= (name.includes("/kms-seed") ? 60 : 28));
      return encryptedWhere(!NOT_AN_ENCRYPTED_OBJECT.test(error) && !name.startsWith("prefix/"));
    }
    default:
      throw new Error(`${name} has the state ${state}`);
  }
}

describe.each(VALUE_VECTOR_FILES)("the values of %s.json are classified as the vectors say", (file) => {
  const vectors = readValueVectors(file);

  test("there are vectors", () => {
    expect(vectors.length).toBeGreaterThan(15);
  });

  test.each(vectors.map((vector) => [vector.name, vector] as const))("%s", (_, vector) => {
    const { state, provider, keyName, keyId } = classifyOne(vector.stored);
    const { expect: expected } = vector;
    expect({ state, provider, keyName, keyId }).toEqual({
      state: stateByContract(vector),
      provider: expected.state === "unknown" ? null : expected.state,
      keyName: expected.keyName ?? null,
      keyId: expected.kmsKeyId ?? null,
    });
  });
});

describe("the version of the remote key is read from the wrapped DEKs of the vectors", () => {
  const readable = [...readValueVectors("kms-v1"), ...readValueVectors("kms-v2")].filter(
    (vector) => vector.expect.readable,
  );

  test.each(readable.map((vector) => [vector.name, vector] as const))("%s", (_, { stored, wrappedDek }) => {
    const front = /^(vault|ncpkms):v\d+(?=:)/.exec(wrappedDek?.toString("latin1") ?? "")?.[0];
    expect(classifyOne(stored).kekVersion).toBe(front ?? null);
  });

  test("several forms are among them", () => {
    const versions = new Set(readable.map(({ stored }) => classifyOne(stored).kekVersion));
    expect([...versions].sort()).toEqual(["ncpkms:v2", null, "vault:v1", "vault:v3"]);
  });
});
