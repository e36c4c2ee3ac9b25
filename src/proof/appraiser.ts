import type { ClassTable } from "../classify/class-table.ts";
import type { Configuration } from "../configuration/configuration.ts";
import { expectationFor } from "../configuration/expectation.ts";
import type { KeyReference } from "../model/key-reference.ts";
import type { Outcome, Proof, Standing, ValueAppraiser } from "../model/standing.ts";
import type { Keyring } from "./keyring.ts";
import type { ProofOutcome } from "./proof-outcome.ts";
import type { ResourceReader } from "./resource-reader.ts";

/** A configuration with its keys. */
export interface InForce {
  readonly configuration: Configuration;
  readonly keyring: Keyring;
}

/** The better first: of several servers the one that makes the least of a value decides. */
const OUTCOMES: readonly Outcome[] = ["current", "stale", "no-object", "no-key", "wrong-key"];
const PROOFS: readonly Proof[] = ["none", "plausible", "verified"];
const IDENTITY: KeyReference = { provider: "identity", name: null };

/** What one outcome, or those of several servers one after the other, come to. */
class Outcomes {
  private readonly next = new Map<ProofOutcome, Outcomes>();
  standing: Standing | undefined;

  followedBy(outcome: ProofOutcome): Outcomes {
    let next = this.next.get(outcome);
    if (next === undefined) {
      next = new Outcomes();
      this.next.set(outcome, next);
    }
    return next;
  }
}

/** How the servers read one resource. */
interface ReadResource {
  readonly readers: readonly ResourceReader[];
  readonly writeKey: KeyReference;
  readonly outcomes: Outcomes;
}

/** Asks the configurations of all API servers; outcomes are few and made once, so that a value costs no object. */
export class Appraiser implements ValueAppraiser {
  private readonly inForce: readonly InForce[];
  private readonly classes: ClassTable;
  private readonly resources = new Map<string | null, ReadResource>();

  /** @param inForce one for each API server, at least one */
  constructor(inForce: readonly InForce[], classes: ClassTable) {
    this.inForce = inForce;
    this.classes = classes;
  }

  appraise(
    resource: string | null,
    valueClass: number,
    etcdKey: Uint8Array,
    bytes: Uint8Array,
    offset: number,
    length: number,
  ): number {
    const { readers, outcomes, writeKey } = this.resourceOf(resource);
    let path = outcomes;
    for (const reader of readers) path = path.followedBy(reader.read(etcdKey, bytes, offset, length));
    path.standing ??= standingOf(
      readers.map((reader) => reader.read(etcdKey, bytes, offset, length)),
      writeKey,
    );
    return this.classes.judged(valueClass, path.standing);
  }

  private resourceOf(resource: string | null): ReadResource {
    let read = this.resources.get(resource);
    if (read === undefined) {
      const [first] = this.inForce;
      const expectation =
        first === undefined || resource === null ? undefined : expectationFor(first.configuration, resource);
      read = {
        readers: this.inForce.map(({ keyring }) =>
          resource === null ? keyring.readerForAll() : keyring.readerFor(resource),
        ),
        writeKey: expectation?.kind === "encrypt" ? expectation.writeKey : IDENTITY,
        outcomes: new Outcomes(),
      };
      this.resources.set(resource, read);
    }
    return read;
  }
}

/** A value is stale where no server would write it so: while servers differ, a current one is there. */
function standingOf(read: readonly ProofOutcome[], writeKey: KeyReference): Standing {
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
