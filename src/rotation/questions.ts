import type { ValueFacts } from "../judge/value-check.ts";
import type { FindingKind } from "../model/finding.ts";
import { type KeyInQuestion, namesKey } from "./key-in-question.ts";

/** What a value's facts are found to be with regard to a question. */
export type Question = (facts: ValueFacts) => readonly FindingKind[];

/**
 * Which stored values need a key: those whose bytes name it, unless another configured key is proven to open them.
 * @param usesIdentity whether plaintext of a resource is read through a rule that lists identity
 */
export function retiring(key: KeyInQuestion, usesIdentity: (resource: string) => boolean): Question {
  return ({ valueClass, location, standing, resource }) => {
    if (location !== "head" && location !== "history") return [];
    if (!namesKey(key, valueClass)) return [];
    if (key.provider === "identity" && (resource === null || !usesIdentity(resource))) return [];
    const opener = standing?.proof === "verified" ? standing.key : null;
    const isAnothers = opener !== null && (opener.provider !== key.provider || opener.name !== key.name);
    return isAnothers ? [] : ["retired-key-in-use"];
  };
}

/** Which stored values the configuration that they were appraised by can't read. */
export const puttingInForce: Question = ({ location, standing }) => {
  if (location !== "head" && location !== "history") return [];
  switch (standing?.outcome) {
    case "no-key":
    case "wrong-key":
    case "no-object":
      return ["unreadable-after"];
    case "current":
    case "stale":
    case undefined:
      return [];
  }
};
