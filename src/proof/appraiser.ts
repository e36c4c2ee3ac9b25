import type { ClassTable } from "../classify/class-table.ts";
import type { Configuration } from "../configuration/configuration.ts";
import { expectationFor } from "../configuration/expectation.ts";
import type { KeyReference } from "../model/key-reference.ts";
import { PENDING, type Standing, type ValueAppraiser } from "../model/standing.ts";
import type { Provider } from "../model/value-class.ts";
import type { Keyring } from "./keyring.ts";
import type { ProofOutcome } from "./proof-outcome.ts";
import type { ProofQueue } from "./proof-queue.ts";
import type { ResourceReader } from "./resource-reader.ts";
import { standingOf } from "./standing-of.ts";

/** A configuration with its keys. */
export interface InForce {
  readonly configuration: Configuration;
  readonly keyring: Keyring;
}

const IDENTITY: KeyReference = { provider: "identity", name: null };

/** What one outcome, or those of several servers one after the other, come to. */
class Outcomes {
  private readonly next = new Map<ProofOutcome, Outcomes>();
  readonly all: readonly ProofOutcome[];
  standing: Standing | undefined;

  constructor(all: readonly ProofOutcome[] = []) {
    this.all = all;
  }

  followedBy(outcome: ProofOutcome): Outcomes {
    let next = this.next.get(outcome);
    if (next === undefined) {
      next = new Outcomes([...this.all, outcome]);
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

/** What is opened beside the reading: there it costs as much as everything else together. */
const COSTLY: ReadonlySet<Provider | null> = new Set<Provider>(["aescbc", "aesgcm", "secretbox"]);

/** Values that are opened at once: with fewer, starting a thread takes longer than it saves. */
const MOST_AT_ONCE = 20_000;

/** Asks the configurations of all API servers; outcomes are few and made once, so that a value costs no object. */
export class Appraiser implements ValueAppraiser {
  private readonly inForce: readonly InForce[];
  private readonly classes: ClassTable;
  private readonly openQueue: (() => ProofQueue) | undefined;
  private readonly resources = new Map<string | null, ReadResource>();
  private queue: ProofQueue | undefined;
  private openedAtOnce = 0;

  /**
   * @param inForce one for each API server, at least one
   * @param openQueue begins opening values beside the reading; without it each is opened at once
   */
  constructor(inForce: readonly InForce[], classes: ClassTable, openQueue?: () => ProofQueue) {
    this.inForce = inForce;
    this.classes = classes;
    this.openQueue = openQueue;
  }

  get hasRoom(): boolean {
    return this.queue?.hasRoom ?? true;
  }

  appraise(
    resource: string | null,
    valueClass: number,
    etcdKey: Uint8Array,
    bytes: Uint8Array,
    offset: number,
    length: number,
  ): number {
    const queue = this.queueFor(valueClass);
    if (queue?.add(resource, valueClass, etcdKey, bytes, offset, length)) return PENDING;
    const read = this.resourceOf(resource);
    let path = read.outcomes;
    for (const reader of read.readers) path = path.followedBy(reader.read(etcdKey, bytes, offset, length));
    return this.judged(valueClass, path, read);
  }

  settleOldest(): number {
    if (this.queue === undefined) throw new RangeError("no value is pending");
    const { resource, valueClass, outcomes } = this.queue.takeOldest();
    const read = this.resourceOf(resource);
    let path = read.outcomes;
    for (const [server, reader] of read.readers.entries()) {
      const outcome = reader.outcomes[outcomes[server] ?? -1];
      if (outcome === undefined) throw new RangeError("no outcome has the number that came back");
      path = path.followedBy(outcome);
    }
    return this.judged(valueClass, path, read);
  }

  release(): void {
    this.queue?.close();
    this.queue = undefined;
    this.openedAtOnce = 0;
  }

  private queueFor(valueClass: number): ProofQueue | undefined {
    const { state, provider } = this.classes.valueClass(valueClass);
    if (this.openQueue === undefined || state !== "encrypted" || !COSTLY.has(provider)) return undefined;
    if (this.openedAtOnce++ >= MOST_AT_ONCE) this.queue ??= this.openQueue();
    return this.queue;
  }

  private judged(valueClass: number, path: Outcomes, { writeKey }: ReadResource): number {
    path.standing ??= standingOf(path.all, writeKey);
    return this.classes.judged(valueClass, path.standing);
  }

  private resourceOf(resource: string | null): ReadResource {
    let read = this.resources.get(resource);
    if (read === undefined) {
      const [first] = this.inForce;
      const expectation =
        first === undefined || resource === null ? undefined : expectationFor(first.configuration, resource);
      read = {
        readers: this.inForce.map(({ keyring }) => keyring.readerFor(resource)),
        writeKey: expectation?.kind === "encrypt" ? expectation.writeKey : IDENTITY,
        outcomes: new Outcomes(),
      };
      this.resources.set(resource, read);
    }
    return read;
  }
}
