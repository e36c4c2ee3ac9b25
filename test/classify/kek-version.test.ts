import { describe, expect, test } from "vitest";
import { classifyAll, classifyOne } from "./classify-one.ts";
import { filled, joined, kmsV1Value, kmsV2Value } from "./made-values.ts";

const UUID = "0f3b5c1e-6a7d-4c1b-9e55-0123456789ab";
const ALIBABA = "x-acs-kms-key-version-id.ack.alibabacloud.com";
const alibabaDek = (seed: number) => Buffer.from(joined(UUID, filled(40, seed))).toString("base64");
const headed = (header: Uint8Array, seed: number) => joined(header, filled(40, seed));

describe("a version that the wrapped DEK names", () => {
  test.each([
    ["vault:v3:c2VjcmV0LWRlay1ieXRlcw==", "vault:v3"],
    ["vault:v12:c2VjcmV0LWRlay1ieXRlcw==", "vault:v12"],
    ["ncpkms:v2:c2VjcmV0LWRlay1ieXRlcw==", "ncpkms:v2"],
    ["vault:v:c2VjcmV0LWRlay1ieXRlcw==", null],
    ["vault:v3", null],
    ["vault:v12345678901:x", null],
    ["Vault:v3:c2VjcmV0", null],
    ["xvault:v3:c2VjcmV0", null],
    [alibabaDek(1), UUID],
    [Buffer.from(UUID.toUpperCase()).toString("base64"), null],
    [UUID, null],
  ])("%s is version %s, under KMS v1 and v2", (dek, version) => {
    expect(classifyOne(kmsV1Value(dek)).kekVersion).toBe(version);
    expect(classifyOne(kmsV2Value({ dekSource: Buffer.from(dek) })).kekVersion).toBe(version);
  });

  test("values under two versions of a key are two classes", () => {
    const values = ["vault:v1:aaaa", "vault:v2:aaaa", "vault:v1:bbbb"].map((dek) => kmsV1Value(dek));
    expect(classifyAll(values).map(({ kekVersion }) => kekVersion)).toEqual(["vault:v1", "vault:v2", "vault:v1"]);
  });
});

describe("a version that an annotation names", () => {
  const withVersion = (version: string | Uint8Array) =>
    classifyOne(kmsV2Value({ annotations: [[ALIBABA, version]], dekSource: Buffer.from(alibabaDek(1)) })).kekVersion;

  test("goes before what the wrapped DEK shows", () => {
    expect(withVersion("a-version-id")).toBe("a-version-id");
  });

  test("is not taken when it is empty, too long or not printable", () => {
    expect(withVersion("")).toBe(UUID);
    expect(withVersion("v".repeat(254))).toBe(UUID);
    expect(withVersion("two words")).toBe(UUID);
    expect(withVersion(Uint8Array.of(0x61, 0x0a, 0x62))).toBe(UUID);
  });

  test("tells two versions under one key ID apart", () => {
    const values = ["v1", "v2", "v1"].map((version) => kmsV2Value({ annotations: [[ALIBABA, version]] }));
    expect(classifyAll(values).map(({ kekVersion }) => kekVersion)).toEqual(["v1", "v2", "v1"]);
  });

  test("other annotations say nothing", () => {
    expect(classifyOne(kmsV2Value({ annotations: [["local-kek.kms.kubernetes.io", "v1"]] })).kekVersion).toBeNull();
  });
});

describe("the header of a wrapped DEK is a version only when different DEKs share it", () => {
  const header = filled(16, 21);
  const otherHeader = filled(16, 22);

  test("of one value it is not", () => {
    expect(classifyOne(kmsV1Value(headed(header, 1))).kekVersion).toBeNull();
  });

  test("of many values with one DEK it is not", () => {
    const values = Array.from({ length: 5 }, () => kmsV2Value({ dekSource: headed(header, 1) }));
    expect(classifyAll(values).map(({ kekVersion }) => kekVersion)).toEqual([null, null, null, null, null]);
  });

  test("of values with different DEKs it is, for all of them, and each header is another", () => {
    const values = [
      kmsV1Value(headed(header, 1)),
      kmsV1Value(headed(otherHeader, 1)),
      kmsV1Value(headed(header, 2)),
      kmsV1Value(headed(otherHeader, 2)),
      kmsV1Value(headed(header, 1)),
      kmsV1Value(filled(60, 99)),
    ];
    const [a, b, c, d, e, lone] = classifyAll(values).map(({ kekVersion }) => kekVersion);
    expect(a).toMatch(/^header:[0-9a-f]{12}$/);
    expect([c, e]).toEqual([a, a]);
    expect(b).toMatch(/^header:/);
    expect(d).toBe(b);
    expect(b).not.toBe(a);
    expect(lone).toBeNull();
  });

  // Synthetic: AWS describes its ciphertext as a cleartext header, with the identifier of the HSM backing key in it, and an
  // encrypted part (docs.aws.amazon.com/kms/latest/cryptographic-details/customer-data-operations.html). The bytes are made up.
  test("a rotation of an AWS KMS key shows in the header of its ciphertexts", () => {
    const awsBlob = (backingKey: number, seed: number) =>
      joined(Uint8Array.of(1, 2, 2, 0, 0x78), joined(filled(32, backingKey), filled(80, seed)));
    const values = [awsBlob(1, 1), awsBlob(1, 2), awsBlob(2, 3), awsBlob(2, 4)].map((blob) => kmsV1Value(blob));
    const [before, same, after, last] = classifyAll(values).map(({ kekVersion }) => kekVersion);
    expect(before).toMatch(/^header:/);
    expect([same, last]).toEqual([before, after]);
    expect(after).not.toBe(before);
  });

  test("it is no part of the fingerprint that one could read", () => {
    const text = "header-in-letter";
    const [version] = classifyAll([1, 2].map((seed) => kmsV1Value(joined(text, filled(9, seed)))));
    expect(version?.kekVersion).not.toContain("header-in");
  });

  test("the same header under another plugin or key ID counts for itself", () => {
    const values = [
      kmsV2Value({ keyId: "1", dekSource: headed(header, 1) }),
      kmsV2Value({ keyId: "2", dekSource: headed(header, 2) }),
      kmsV1Value(headed(header, 3)),
      kmsV1Value(headed(header, 4), "other"),
    ];
    expect(classifyAll(values).map(({ kekVersion }) => kekVersion)).toEqual([null, null, null, null]);
  });

  test("a DEK no longer than the header has none", () => {
    expect(
      classifyAll([kmsV1Value(header), kmsV1Value(header.map((byte) => byte ^ 1))]).map((c) => c.kekVersion),
    ).toEqual([null, null]);
  });

  test("a header that turns constant after thousands of values that have none is still found", () => {
    const constant = (seed: number) => kmsV1Value(headed(header, seed));
    const random = Array.from({ length: 500 }, (_, seed) => kmsV1Value(joined(String(seed).padStart(16, "x"), "dek")));
    const classes = classifyAll([constant(1), ...random, constant(2)]);
    expect(classes[0]?.kekVersion).toMatch(/^header:/);
    expect(classes[250]?.kekVersion).toBeNull();
    expect(classes.at(-1)?.kekVersion).toBe(classes[0]?.kekVersion);
  });
});
