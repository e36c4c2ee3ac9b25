import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { Classifier } from "../../src/classify/classifier.ts";
import { classifyAll, classifyOne } from "./classify-one.ts";
import { filled, joined, kmsV1Value, kmsV2Value } from "./made-values.ts";

const PREFIXES = [
  "k8s:enc:",
  "k8s:enc:aescbc:v1:",
  "k8s:enc:aesgcm:v1:",
  "k8s:enc:secretbox:v1:",
  "k8s:enc:kms:v1:",
  "k8s:enc:kms:v2:",
  "k8s:enc:kms:v3:",
];

/** Any bytes, and bytes that begin like a value of some provider. */
const anyValue = fc.oneof(
  fc.uint8Array({ maxLength: 300 }),
  fc
    .tuple(fc.constantFrom(...PREFIXES), fc.constantFrom("", "key1:", "a:b:", ":"), fc.uint8Array({ maxLength: 300 }))
    .map((parts) => joined(...parts)),
  fc
    .record({
      name: fc.constantFrom("plugin", "a.b", ""),
      data: fc.uint8Array({ maxLength: 90 }),
      keyId: fc.oneof(fc.string(), fc.uint8Array()),
      dekSource: fc.uint8Array({ maxLength: 60 }),
      dekSourceType: fc.nat(3),
    })
    .map(({ name, ...fields }) => kmsV2Value(fields, name)),
  fc.tuple(fc.uint8Array({ maxLength: 60 }), fc.nat(60)).map(([dek, length]) => kmsV1Value(dek, "a:b", length)),
);

describe("a value's class depends on its bytes alone", () => {
  test("classifying never throws and gives a known state", () => {
    fc.assert(
      fc.property(anyValue, (value) => {
        expect(["plaintext", "encrypted", "malformed", "unknown"]).toContain(classifyOne(value).state);
      }),
      { numRuns: 2000 },
    );
  });

  test("what lies before and after it in the buffer plays no part", () => {
    fc.assert(
      fc.property(anyValue, fc.uint8Array(), fc.uint8Array(), (value, before, after) => {
        const classifier = new Classifier();
        const id = classifier.classify(joined(before, value, after), before.length, value.length);
        expect(classifier.classes.valueClass(classifier.classes.settled(id))).toEqual(classifyOne(value));
      }),
      { numRuns: 1000 },
    );
  });

  test("what was classified before plays no part, but for the headers of wrapped DEKs", () => {
    const others = fc.array(anyValue, { maxLength: 6 });
    fc.assert(
      fc.property(anyValue, others, (value, before) => {
        const classes = classifyAll([...before, value, value]);
        const alone = { ...classifyOne(value), kekVersion: null };
        for (const seen of classes.slice(-2)) expect({ ...seen, kekVersion: null }).toEqual(alone);
      }),
      { numRuns: 1000 },
    );
  });

  test("a buffer that is filled anew after each value changes nothing", () => {
    const values = fc.array(anyValue, { minLength: 1, maxLength: 8 });
    fc.assert(
      fc.property(values, (seen) => {
        const classifier = new Classifier();
        const buffer = Buffer.alloc(2000);
        const ids = seen.map((value) => {
          buffer.fill(0x55).set(value);
          return classifier.classify(buffer, 0, value.length);
        });
        const classes = ids.map((id) => classifier.classes.valueClass(classifier.classes.settled(id)));
        expect(classes).toEqual(classifyAll(seen));
      }),
      { numRuns: 1000 },
    );
  });

  test("the bytes are not changed", () => {
    fc.assert(
      fc.property(anyValue, (value) => {
        const before = value.slice();
        classifyOne(value);
        expect(Buffer.from(value)).toEqual(Buffer.from(before));
      }),
    );
  });
});

describe("the prefix k8s:enc: alone decides what is plaintext", () => {
  test("whatever begins with it is not plaintext", () => {
    fc.assert(
      fc.property(fc.constantFrom(...PREFIXES), fc.uint8Array(), (prefix, rest) => {
        expect(classifyOne(joined(prefix, rest)).state).not.toBe("plaintext");
      }),
    );
  });

  test("whatever does not is plaintext of identity", () => {
    const other = fc.uint8Array().filter((bytes) => Buffer.from(bytes.subarray(0, 8)).toString() !== "k8s:enc:");
    const almost = fc.constantFrom("k8s:enc", "K8s:enc:", " k8s:enc:aescbc:v1:k:", "\0k8s:enc:", "k8s:en:c:", "");
    fc.assert(
      fc.property(
        fc.oneof(
          other,
          almost.map((text) => joined(text)),
        ),
        (value) => {
          expect(classifyOne(value)).toMatchObject({ state: "plaintext", provider: "identity", keyName: null });
        },
      ),
    );
  });

  test.each([
    ["", "empty"],
    ["k8s\0", "protobuf"],
    ["k8s\0\n\f\n\u0002v1", "protobuf"],
    ["k8s", "unrecognized"],
    ['{"kind":"Secret"}', "json"],
    [' \r\n\t{"kind":"Secret"}', "json"],
    ["[1]", "unrecognized"],
    ["   ", "unrecognized"],
    ["hello", "unrecognized"],
  ])("plaintext %j is encoded as %s", (text, encoding) => {
    expect(classifyOne(joined(text)).encoding).toBe(encoding);
  });

  test("the CBOR tag is told from its first bytes", () => {
    expect(classifyOne(Uint8Array.of(0xd9, 0xd9, 0xf7, 0xa1)).encoding).toBe("cbor");
    expect(classifyOne(Uint8Array.of(0xd9, 0xd9)).encoding).toBe("unrecognized");
  });
});

describe("the key name is the text before the body", () => {
  const local = (name: string | Uint8Array) => classifyOne(joined("k8s:enc:aesgcm:v1:", name, ":", filled(28)));

  test("of a local key up to the first colon", () => {
    expect(local("key 1").keyName).toBe("key 1");
    expect(local("a:b").keyName).toBe("a");
    expect(local("schlüssel-1").keyName).toBe("schlüssel-1");
  });

  test("of KMS v1 up to the last colon before the first control byte", () => {
    expect(classifyOne(kmsV1Value("wrapped", "arn:aws:kms")).keyName).toBe("arn:aws:kms");
    expect(classifyOne(kmsV1Value("a:b:wrapped", "plug")).keyName).toBe("plug");
    expect(classifyOne(joined("k8s:enc:kms:v1:a:b:"))).toMatchObject({ state: "malformed", keyName: "a:b" });
  });

  test("of KMS v1 with a wrapped DEK of 8 KiB and more, whose length begins with a printable byte", () => {
    const value = kmsV1Value(new Uint8Array(0x2041), "arn:aws:kms");
    expect(classifyOne(value)).toMatchObject({ state: "encrypted", keyName: "arn:aws:kms" });
  });

  test("bytes that are no UTF-8 are replaced", () => {
    expect(local(Uint8Array.of(0x61, 0xff, 0x62)).keyName).toBe("a\ufffdb");
  });

  test("a name of a mebibyte is shortened and says how long it is", () => {
    const { state, keyName } = local("n".repeat(1024 * 1024));
    expect(state).toBe("encrypted");
    expect(keyName?.length).toBeLessThan(128);
    expect(keyName).toContain("1048576 bytes");
  });

  test("two keys that take turns stay apart", () => {
    const value = (name: string) => joined("k8s:enc:secretbox:v1:", name, ":", filled(60));
    const names = ["new", "old", "new", "newer", "old", "ne"];
    expect(classifyAll(names.map(value)).map(({ keyName }) => keyName)).toEqual(names);
  });

  test("a body that is too short is malformed under a name that was sound before and after", () => {
    const value = (length: number) => joined("k8s:enc:aescbc:v1:key1:", filled(length));
    const states = classifyAll([value(32), value(31), value(16), value(48), value(33)]).map(({ state }) => state);
    expect(states).toEqual(["encrypted", "malformed", "malformed", "encrypted", "malformed"]);
  });
});

describe("text behind a provider's prefix is not taken for a name", () => {
  const secret = '{"apiVersion":"v1","kind":"Secret","data":{"password":"Q0FOQVJZ"},"type":"Opaque"}';

  test.each(PREFIXES.slice(1, 6))("a JSON Secret after %s", (prefix) => {
    expect(classifyOne(joined(prefix, secret)).keyName ?? "").not.toContain("Q0FOQVJZ");
  });

  test.each(["\n", "\0", " \n", ""])("a JSON Secret of several lines after KMS v1's prefix, ended by %j", (end) => {
    const { keyName } = classifyOne(joined("k8s:enc:kms:v1:", `${secret},"x":${secret}${end}`));
    expect(keyName).toBe('{"apiVersion"');
  });
});
