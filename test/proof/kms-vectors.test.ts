import { describe, expect, it } from "vitest";
import { isReadable, pluginOf, proveVector, readValueVectors } from "./value-vectors.ts";

/** The beginning of the real error's text -> what the proof calls it. */
const REASONS: readonly (readonly [start: string, reason: string])[] = [
  ["invalid data encountered by envelope transformer", "envelope"],
  ["rpc error", "unwrap-refused"],
  ["failed to decrypt DEK", "unwrap-refused"],
  ["failed to validate", "envelope"],
  ["unknown encryptedDEKSourceType", "envelope"],
  ["encrypted data is empty", "envelope"],
  ["proto:", "envelope"],
  ["string field contains invalid UTF-8", "envelope"],
  ["the stored data was shorter than the required size", "too-short"],
  ["cipher: message authentication failed", "authentication"],
  ["[cipher: message authentication failed", "authentication"],
  ["runtime error", "authentication"],
  ["no matching prefix found", "no-key"],
];

describe.each(["kms-v1", "kms-v2"])("%s", (name) => {
  const file = readValueVectors(name);

  it.each(file.vectors)("$name reads as the API server reads it once the plugin unwraps", (vector) => {
    const outcome = proveVector(file, vector, pluginOf(vector));
    const { readable, stale, error } = vector.expect;
    expect(isReadable(outcome)).toBe(readable);
    if (readable && outcome.kind !== "wrong-key") expect(outcome).toMatchObject({ stale });
    if (error === undefined) return;
    const reason = REASONS.find(([start]) => error.startsWith(start))?.[1];
    expect(outcome.kind === "wrong-key" ? outcome.reason : outcome.kind).toBe(reason);
  });

  it.each(file.vectors)("$name is not attempted without a plugin, unless its envelope is broken", (vector) => {
    const { error = "" } = vector.expect;
    const outcome = proveVector(file, vector);
    const reason = REASONS.find(([start]) => error.startsWith(start))?.[1];
    if (reason === "no-key") expect(outcome).toEqual({ kind: "no-key" });
    else if (reason === "envelope") expect(outcome).toMatchObject({ kind: "wrong-key", reason });
    else expect(outcome).toMatchObject({ kind: "not-attempted", stale: false, key: { provider: name } });
  });
});

describe("the data part", () => {
  it("of KMS v1 by AES-GCM and of KMS v2 is verified, of KMS v1 by AES-CBC plausible and stale", () => {
    for (const [name, part, kind] of [
      ["kms-v1", "/gcm/", "verified"],
      ["kms-v1", "/cbc-as-before-1.25/", "plausible"],
      ["kms-v2", "-resource", "verified"],
    ] as const) {
      const file = readValueVectors(name);
      const objects = file.vectors.filter(
        (vector) => vector.name.includes(part) && /(secret|resource)$/.test(vector.name),
      );
      expect(objects.length).toBeGreaterThan(1);
      for (const vector of objects) expect(proveVector(file, vector, pluginOf(vector)).kind).toBe(kind);
    }
  });
});
