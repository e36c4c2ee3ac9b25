import { describe, expect, test } from "vitest";
import { findingsOf } from "../../src/judge/judge.ts";
import { LOCATIONS, type Location } from "../../src/model/location.ts";
import type { Standing } from "../../src/model/standing.ts";
import { STATES, type State, type ValueClass } from "../../src/model/value-class.ts";

const CLASS: ValueClass = {
  state: "encrypted",
  provider: "aescbc",
  keyName: "key1",
  keyId: null,
  kekVersion: null,
  encoding: null,
  malformation: null,
};

function kindsOf(
  state: State,
  location: Location,
  isServed = true,
  standing: Standing | null = null,
): readonly string[] {
  return findingsOf({
    resource: "secrets",
    audited: true,
    valueClass: { ...CLASS, state },
    location,
    isServed,
    standing,
    kmsStanding: null,
    repeatsNonce: false,
  });
}

describe("what is found of one value of an audited resource", () => {
  const expected: Readonly<Record<State, Partial<Record<Location, readonly string[]>>>> = {
    plaintext: {
      head: ["plaintext-value"],
      history: ["plaintext-revision"],
      "free-page": ["plaintext-residue"],
      "file-tail": ["plaintext-residue"],
      wal: ["plaintext-residue"],
    },
    encrypted: {},
    malformed: { head: ["malformed-ciphertext"], history: ["malformed-ciphertext"] },
    unknown: { head: ["unknown-provider"], history: ["unknown-provider"] },
  };

  test.each(STATES.flatMap((state) => LOCATIONS.map((location) => [state, location] as const)))(
    "%s in %s",
    (state, location) => {
      expect(kindsOf(state, location)).toEqual(expected[state][location] ?? []);
    },
  );

  test("a live value that is not served any more is found whatever its state, a superseded one is not", () => {
    for (const state of STATES) {
      expect(kindsOf(state, "head", false)).toEqual([...kindsOf(state, "head"), "resource-not-served"]);
      expect(kindsOf(state, "history", false)).toEqual(kindsOf(state, "history"));
    }
  });
});
