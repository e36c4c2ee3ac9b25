import type { KeyReference } from "../model/key-reference.ts";
import type { Outcome, Proof, Standing } from "../model/standing.ts";
import type { ProofOutcome } from "./proof-outcome.ts";

/** The better first: of several servers the one that makes the least of a value decides. */
const OUTCOMES: readonly Outcome[] = ["current", "stale", "no-object", "no-key", "wrong-key"];
const PROOFS: readonly Proof[] = ["none", "plausible", "verified"];

/**
 * What several servers together make of a value. It is stale where no server would write it so: while servers differ, a
 * current one is there.
 * @param read what each of them makes of it
 */
export function standingOf(read: readonly ProofOutcome[], writeKey: KeyReference): Standing {
  const outcomes = read.map(outcomeOf);
  const failures: readonly Outcome[] = outcomes.filter((outcome) => outcome !== "current" && outcome !== "stale");
  const readable: Outcome = outcomes.includes("current") ? "current" : "stale";
  const outcome = failures.reduce((worst, each) => (rank(each) > rank(worst) ? each : worst), readable);
  // The key is the one that the proof is of, not another one by which a server tried in vain.
  const best = read.reduce((a, b) => (certainty(b) > certainty(a) ? b : a));
  return { outcome, proof: proofOf(best), key: keyOf(best), writeKey };
}

/** What was proven is more certain than what was not, and any key than none. */
function certainty(read: ProofOutcome): number {
  return 2 * PROOFS.indexOf(proofOf(read)) + (keyOf(read) === null ? 0 : 1);
}

function rank(outcome: Outcome): number {
  return OUTCOMES.indexOf(outcome);
}

function outcomeOf(read: ProofOutcome): Outcome {
  switch (read.kind) {
    case "verified":
    case "plausible":
    case "not-attempted":
      return read.stale ? "stale" : "current";
    case "plaintext":
      if (!read.isObject) return "no-object";
      return read.stale ? "stale" : "current";
    case "wrong-key":
      return "wrong-key";
    case "no-key":
      return "no-key";
  }
}

function proofOf(read: ProofOutcome): Proof {
  return read.kind === "verified" || read.kind === "plausible" ? read.kind : "none";
}

function keyOf(read: ProofOutcome): KeyReference | null {
  return "key" in read ? read.key : null;
}
