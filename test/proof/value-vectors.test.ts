import { describe, expect, it } from "vitest";
import type { ProofOutcome } from "../../src/proof/proof-outcome.ts";
import { isReadable, proveVector, readValueVectors, type ValueVector } from "./value-vectors.ts";

/** The real error's text -> what the proof calls it. */
const REASONS: ReadonlyMap<string, string> = new Map([
  ["the stored data was shorter than the required size", "too-short"],
  ["runtime error: index out of range [-1]", "too-short"],
  ["the stored data is not a multiple of the block size", "not-in-blocks"],
  ["invalid PKCS7 data (empty or not padded)", "padding"],
  ["invalid padding on input", "padding"],
  ["cipher: message authentication failed", "authentication"],
  ["output array was not large enough for encryption", "authentication"],
]);
const NO_KEY_ERRORS = [
  "no matching prefix found",
  "no matching key was found for the provided AES transformer",
  "no matching key was found for the provided Secretbox transformer",
  "identity transformer tried to read encrypted data",
];

function expectVerdict({ expect: expected }: ValueVector, outcome: ProofOutcome): void {
  expect(isReadable(outcome)).toBe(expected.readable);
  if (expected.readable && outcome.kind !== "wrong-key") expect(outcome).toMatchObject({ stale: expected.stale });
  if (expected.error === undefined) return;
  if (NO_KEY_ERRORS.includes(expected.error)) expect(outcome).toEqual({ kind: "no-key" });
  else expect(outcome).toMatchObject({ kind: "wrong-key", reason: REASONS.get(expected.error) });
}

describe.each(["aescbc", "aesgcm", "secretbox", "identity", "prefixes", "selection"])("%s", (name) => {
  const file = readValueVectors(name);
  it.each(file.vectors)("$name reads as the API server reads it", (vector) => {
    expectVerdict(vector, proveVector(file, vector));
  });
});

describe("how sure the proof is", () => {
  it.each(["aesgcm", "secretbox"])("%s is verified, never just plausible", (name) => {
    const file = readValueVectors(name);
    const readable = file.vectors.filter((vector) => vector.expect.readable);
    const kinds = readable.map((vector) => proveVector(file, vector).kind);
    expect(new Set(kinds)).toEqual(new Set(["verified"]));
  });

  it("aescbc is plausible where it holds an object, and not where it does not", () => {
    const file = readValueVectors("aescbc");
    const kindOf = (suffix: string) =>
      file.vectors.filter(({ name }) => name.endsWith(suffix)).map((vector) => proveVector(file, vector).kind);
    expect(kindOf("/protobuf-secret")).toEqual(["plausible", "plausible", "plausible"]);
    expect(kindOf("/json-custom-resource")).toEqual(["plausible", "plausible", "plausible"]);
    expect(kindOf("/cbor-custom-resource")).toEqual(["plausible", "plausible", "plausible"]);
    expect(kindOf("/empty")).toEqual(["plausible", "plausible", "plausible"]);
    expect(kindOf("/sixteen-bytes")).toEqual(["wrong-key", "wrong-key", "wrong-key"]);
  });

  it("a bit flipped in an object's first byte is noticed though the API server's transformer passes it on", () => {
    const file = readValueVectors("aescbc");
    const vector = file.vectors.find(({ name }) => name.endsWith("bit-flipped-at-byte-0-of-160"));
    if (vector === undefined) throw new Error("no such vector");
    expect(proveVector(file, vector)).toMatchObject({ kind: "wrong-key", reason: "content" });
  });
});

describe("which key opens a value", () => {
  const file = readValueVectors("selection");
  const outcomeOf = (written: string, read: string) => {
    const vector = file.vectors.find(({ name }) => name === `selection/written-under-${written}/read-under-${read}`);
    if (vector === undefined) throw new Error("no such vector");
    return proveVector(file, vector);
  };

  it("is the one that opens it, not the first whose name fits", () => {
    expect(outcomeOf("colon-names-reversed", "colon-names")).toMatchObject({
      kind: "verified",
      key: { provider: "secretbox", name: "a:b" },
    });
    expect(outcomeOf("colon-names", "colon-names-reversed")).toMatchObject({ key: { name: "a" } });
  });

  it("is none where the name is there and the secret is another: that is told apart from no such name", () => {
    expect(outcomeOf("colon-names-reversed", "only-a")).toMatchObject({ kind: "wrong-key", key: { name: "a" } });
    expect(outcomeOf("cbc-old", "cbc-new")).toEqual({ kind: "no-key" });
  });
});
