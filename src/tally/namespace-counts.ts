import { KeyTable } from "../bytes/key-table.ts";
import type { NamespaceUses, StateCounts } from "../model/audit-result.ts";
import { grown } from "../model/columns.ts";
import { STATES, type State } from "../model/value-class.ts";
import { compareText } from "./counts.ts";

/** Namespaces that are told apart; values of further ones are counted together. */
const MOST_NAMESPACES = 10_000;
/** Namespaces that a result lists. */
const MOST_LISTED = 20;
const SLASH = 0x2f;

type Counts = Record<State, number> & { total: number };

/** Counts live values by namespace and state, in bounded space. */
export class NamespaceCounts {
  private readonly names = new KeyTable();
  /** Namespace -> count of each state. */
  private counts = new Uint32Array(0);
  private last = 0;
  private readonly unnamed = noCounts();
  private readonly beyond = noCounts();

  /**
   * Counts one value.
   * @param start where the namespace begins in the key; null where the resource has none
   * @returns where the namespace ends in the key; 0 where it has none that is told apart
   */
  count(key: Uint8Array, start: number | null, state: State): number {
    const end = start === null ? -1 : slashAfter(key, start);
    if (start === null || end <= start) {
      increase(this.unnamed, state, 1);
      return 0;
    }
    // Once no more namespaces are told apart, those that are go on being counted.
    const isFull = this.names.size >= MOST_NAMESPACES;
    const length = end - start;
    const namespace = isFull ? this.names.find(key, start, length) : this.names.intern(key, start, length);
    if (namespace === undefined) {
      increase(this.beyond, state, 1);
      return 0;
    }
    this.last = namespace;
    this.countNamed(namespace, state);
    return end;
  }

  /** Counts one more value of the namespace that was told apart last. */
  countAgain(state: State): void {
    this.countNamed(this.last, state);
  }

  /** The sums, sorted. */
  uses(): NamespaceUses {
    const uses = Array.from({ length: this.names.size }, (_, index) => ({
      namespace: Buffer.from(this.names.bytesOf(index)).toString("utf8") as string | null,
      counts: this.countsOf(index),
    }));
    if (this.unnamed.total > 0) uses.push({ namespace: null, counts: this.unnamed });
    uses.sort(
      (a, b) =>
        faults(b.counts) - faults(a.counts) ||
        b.counts.total - a.counts.total ||
        compareText(a.namespace ?? "", b.namespace ?? ""),
    );
    const others = { ...this.beyond };
    for (const { counts } of uses.slice(MOST_LISTED)) {
      for (const state of STATES) increase(others, state, counts[state]);
    }
    const namespaces = this.beyond.total > 0 ? null : Math.max(0, uses.length - MOST_LISTED);
    return { listed: uses.slice(0, MOST_LISTED), others: { namespaces, counts: others } };
  }

  private countNamed(namespace: number, state: State): void {
    const index = namespace * STATES.length + STATES.indexOf(state);
    if (index >= this.counts.length) this.counts = grown(this.counts, new Uint32Array(Math.max(64, index * 2)));
    this.counts[index] = (this.counts[index] as number) + 1;
  }

  private countsOf(namespace: number): StateCounts {
    const counts = noCounts();
    for (const [index, state] of STATES.entries()) {
      increase(counts, state, this.counts[namespace * STATES.length + index] ?? 0);
    }
    return counts;
  }
}

/** As `indexOf`, which takes longer to call than a namespace to read. */
function slashAfter(key: Uint8Array, start: number): number {
  for (let index = start; index < key.length; index++) if (key[index] === SLASH) return index;
  return -1;
}

function noCounts(): Counts {
  return { total: 0, plaintext: 0, encrypted: 0, malformed: 0, unknown: 0 };
}

function increase(counts: Counts, state: State, by: number): void {
  counts[state] += by;
  counts.total += by;
}

function faults({ total, encrypted }: StateCounts): number {
  return total - encrypted;
}
