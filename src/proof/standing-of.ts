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
  const best: Outcome = outcomes.includes("current") ? "current" : "stale";
  const outcome = failures.reduce((worst, each) => (rank(each) > rank(worst) ? each : worst), best);
  const key = read.map(keyOf).find((each) => each !== null) ?? null;
  const proof = read.map(proofOf).reduce((a, b) => (PROOFS.indexOf(b) > PROOFS.indexOf(a) ? b : a), "none");
  return { outcome, proof, key, writeKey };
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
