import { CHANGES, type Change, type Comparison, type Difference, type LookedWhat } from "./comparison.ts";
import { formatCount } from "./numbers.ts";
import { listWords } from "./prose.ts";

/** Names told before the rest is counted. */
const NAME_LIMIT = 10;

/** What a change is called, above a column and in a sentence. */
export const CHANGE_WORDS = {
  new: "new",
  "not-looked-at": "not looked at any more",
  fixed: "fixed",
  remaining: "remaining",
} as const satisfies Record<Change, string>;

/** The first word of a comparison, by what it comes to. */
export type Outcome = "UNKNOWN" | "NEW FINDINGS" | "NOTHING NEW";

/** What a comparison comes to; nothing that is gone from an incomplete report counts as fixed. */
export function outcomeOf({ counts, newer }: Comparison): Outcome {
  if (newer.head.verdict === "incomplete") return "UNKNOWN";
  return counts.new > 0 ? "NEW FINDINGS" : "NOTHING NEW";
}

/** What follows the first word: why nothing is known, then the counts. Raw: escape it for where it goes. */
export function outcomeWords(comparison: Comparison): string {
  const { counts, newer } = comparison;
  const told = CHANGES.filter((change) => change !== "not-looked-at" || counts[change] > 0);
  const isUnknown = outcomeOf(comparison) === "UNKNOWN";
  const words = { ...CHANGE_WORDS, ...(isUnknown ? { "not-looked-at": "gone or not seen" } : {}) };
  const numbers = told.map((change) => `${formatCount(counts[change])} ${words[change]}`).join(", ");
  return isUnknown
    ? `${newer.path} is incomplete, so nothing counts as fixed for not being in it: ${numbers}`
    : numbers;
}

/** One difference as a sentence without a full stop. Names in it are raw: escape it for where it goes. */
export function differenceWords(difference: Difference): string {
  switch (difference.kind) {
    case "newer-incomplete":
      return "The newer report is incomplete: what is gone from it may still be there, and more may be new than it shows";
    case "older-incomplete":
      return "The older report is incomplete: what is new may have been there before";
    case "same-report":
      return "Both are the same report";
    case "cluster-names":
      return `The reports are of different clusters by name: ${difference.older}, then ${difference.newer}`;
    case "cluster-ids":
      return `The reports are of different etcd clusters by ID: ${listWords(difference.older)}, then ${listWords(difference.newer)}`;
    case "source-kinds":
      return `The sources are of different kinds, which show different things: ${listWords(difference.older)}, then ${listWords(difference.newer)}`;
    case "revision-went-back":
      return `The newer report shows an earlier revision (${difference.newer}) than the older one (${difference.older}): were they named in the wrong order, or was a backup restored?`;
    case "no-longer-looked-at":
      return `${WHAT_WORDS[difference.what]} in the older report only: ${names(difference.names)}. What was found there is not fixed but not looked at any more`;
    case "looked-at-now":
      return `${WHAT_WORDS[difference.what]} in the newer report only: ${names(difference.names)}. What is new there may have been there before`;
    case "configurations":
      return "The configurations differ: values are stale or readable by another one than before";
    case "versions":
      return `The reports were made by different versions, ${difference.older} and ${difference.newer}: what is new may only be found now`;
  }
}

const WHAT_WORDS = {
  areas: "Looked at",
  prefixes: "Prefixes with keys",
  resources: "Audited resources",
  namespaces: "Namespaces looked at",
  reports: "Clusters",
} as const satisfies Record<LookedWhat, string>;

function names(list: readonly string[]): string {
  const more = list.length - NAME_LIMIT;
  return listWords(more > 0 ? [...list.slice(0, NAME_LIMIT), `${formatCount(more)} more`] : list);
}
