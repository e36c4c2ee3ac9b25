import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { classifyAll, classifyOne } from "./classify-one.ts";
import { encryptedObjectFields, filled, joined, kmsV2Value } from "./made-values.ts";

const PREFIX = "k8s:enc:kms:v2:plugin:";
const ANNOTATIONS = [
  ["b.example.com", "1"],
  ["a.example.com", "2"],
] as const;

describe("an EncryptedObject is read as protobuf is", () => {
  const fields = encryptedObjectFields({ annotations: ANNOTATIONS });
  const unknownFields = [
    Uint8Array.of(0x7a, 3, 1, 2, 3),
    Uint8Array.of(0x78, 0xff, 1),
    Uint8Array.of(0x7d, 1, 2, 3, 4),
    Uint8Array.of(0x79, 1, 2, 3, 4, 5, 6, 7, 8),
    Uint8Array.of(0x7b, 0x08, 1, 0x7c),
    // A known field's number under another wire type is an unknown field too.
    Uint8Array.of(0x10, 5),
  ];

  test("in any order of its fields, with unknown fields among them", () => {
    const shuffled = fc.shuffledSubarray([...fields, ...unknownFields], { minLength: fields.length });
    const hasAll = (parts: readonly Uint8Array[]) => fields.every((field) => parts.includes(field));
    fc.assert(
      fc.property(shuffled.filter(hasAll), (parts) => {
        expect(classifyOne(joined(PREFIX, ...parts))).toMatchObject({ state: "encrypted", keyId: "key-1" });
      }),
    );
  });

  test("the last of a repeated field counts", () => {
    const [, again] = encryptedObjectFields({ keyId: "key-2" });
    expect(classifyOne(joined(PREFIX, ...fields, again ?? "")).keyId).toBe("key-2");
    const [short] = encryptedObjectFields({ data: filled(59) });
    expect(classifyOne(joined(PREFIX, ...fields, short ?? "")).state).toBe("malformed");
  });

  test("values of one plugin that differ in key ID, DEK or order stay apart, in whatever order they come", () => {
    const kinds = ["key-1", "key-2", "key-11"].flatMap((keyId) => [
      { keyId, value: kmsV2Value({ keyId, annotations: ANNOTATIONS }) },
      { keyId, value: kmsV2Value({ keyId, dekSource: filled(44, 3) }) },
      { keyId, value: kmsV2Value({ keyId, data: filled(28), dekSourceType: 0 }) },
    ]);
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...kinds), { minLength: 1, maxLength: 30 }), (seen) => {
        const classes = classifyAll(seen.map(({ value }) => value));
        expect(classes.map(({ keyId, state }) => [keyId, state])).toEqual(
          seen.map(({ keyId }) => [keyId, "encrypted"]),
        );
      }),
    );
  });

  test("data too short for its kind of DEK is malformed after values that were sound", () => {
    const lengths = [80, 60, 59, 28, 27, 1, 200];
    const states = (dekSourceType: number) =>
      classifyAll(lengths.map((length) => kmsV2Value({ data: filled(length), dekSourceType }))).map(
        ({ state }) => state === "encrypted",
      );
    expect(states(1)).toEqual([true, true, false, false, false, false, true]);
    expect(states(0)).toEqual([true, true, true, true, false, false, true]);
  });
});

describe("what ValidateEncryptedObject refuses is malformed", () => {
  test.each([
    ["no key ID", { keyId: "" }],
    ["a key ID of 1025 bytes", { keyId: "i".repeat(1025) }],
    ["a key ID of 1026 bytes that are 513 characters", { keyId: "é".repeat(513) }],
    ["a key ID that is no UTF-8", { keyId: Uint8Array.of(0xff) }],
    ["no DEK", { dekSource: new Uint8Array(0) }],
    ["a DEK of 1025 bytes", { dekSource: filled(1025) }],
    ["an unknown kind of DEK", { dekSourceType: 2 }],
    ["an annotation that is no domain name", { annotations: [["plain", "x"]] as const }],
    ["an annotation in capitals", { annotations: [["A.example.com", "x"]] as const }],
    ["an annotation whose label ends in a hyphen", { annotations: [["a-.example.com", "x"]] as const }],
    ["an annotation without a name", { annotations: [["", "x"]] as const }],
    ["annotations of more than 32 KiB", { annotations: [["a.example.com", filled(32 * 1024 - 12)]] as const }],
  ])("%s", (_, fields) => {
    expect(classifyOne(kmsV2Value(fields)).state).toBe("malformed");
  });

  test.each([
    ["a key ID of 1024 bytes", { keyId: "i".repeat(1024) }],
    ["a DEK of 1024 bytes", { dekSource: filled(1024) }],
    ["annotations of 32 KiB", { annotations: [["a.example.com", filled(32 * 1024 - 13)]] as const }],
    ["one annotation twice, which counts once", { annotations: Array(2).fill(["a.example.com", filled(20_000)]) }],
  ])("%s is not", (_, fields) => {
    expect(classifyOne(kmsV2Value(fields)).state).toBe("encrypted");
  });

  test.each([
    ["field number 0", Uint8Array.of(0x00, 0x01)],
    ["a length that runs over the end", Uint8Array.of(0x7a, 0x20)],
    ["a group that does not end", Uint8Array.of(0x7b, 0x08, 1)],
    ["the end of a group that did not begin", Uint8Array.of(0x7c)],
    ["groups in groups without end", new Uint8Array(200_000).fill(0x7b)],
    ["an annotation with field number 0 in it", Uint8Array.of(0x22, 2, 0x00, 0x01)],
    ["an annotation whose key runs over its end", Uint8Array.of(0x22, 2, 0x0a, 9)],
  ])("protobuf with %s", (_, bytes) => {
    expect(classifyOne(joined(kmsV2Value(), bytes)).state).toBe("malformed");
  });
});

describe("a key ID is shown as it is stored", () => {
  test("with a byte order mark in front", () => {
    expect(classifyOne(kmsV2Value({ keyId: "\ufeffkey-1" })).keyId).toBe("\ufeffkey-1");
  });

  test("also of a value that is malformed in another way, where a DEK says that the key wrapped something", () => {
    expect(classifyOne(kmsV2Value({ data: filled(3) }))).toMatchObject({ state: "malformed", keyId: "key-1" });
    expect(classifyOne(kmsV2Value({ dekSource: new Uint8Array(0) })).keyId).toBeNull();
  });

  test("but not a mebibyte of it", () => {
    const { keyId } = classifyOne(kmsV2Value({ keyId: "i".repeat(1024 * 1024) }));
    expect(keyId?.length).toBeLessThan(128);
    expect(keyId).toContain("1048576 bytes");
  });
});
