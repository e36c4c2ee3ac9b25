import type { AlikeFindings } from "./alike-findings.ts";
import type { ClusterFacts } from "./cluster-facts.ts";
import type { ConfigurationFacts } from "./configuration-facts.ts";
import type { Finding, FindingKind, Level, PolicyLevel } from "./finding.ts";
import type { Area } from "./location.ts";
import type { Rotation } from "./rotation.ts";
import type { SourceFacts } from "./source-facts.ts";
import type { InventoryRow } from "./stored-value.ts";
import type { State, ValueClass } from "./value-class.ts";

export const VERDICTS = ["pass", "fail", "incomplete"] as const;
/** `incomplete` whenever something that was asked for was not seen, whatever else was found. */
export type Verdict = (typeof VERDICTS)[number];

/** Values by state; `total` is their sum. */
export type StateCounts = Readonly<Record<State, number>> & { readonly total: number };

/** When stored values were written: how many in each of a row of equally wide ranges of revisions, at most 128. */
export interface WriteHistogram {
  /** The revision with which the first range begins: a multiple of `width`. */
  readonly start: number;
  /** Revisions in each range: a power of two. */
  readonly width: number;
  /** Live values of each range. */
  readonly head: readonly number[];
  /** Superseded revisions of each range. */
  readonly history: readonly number[];
}

/** How many values one class has in each place, and when it first and last wrote (revisions). */
export interface KeyUse {
  readonly valueClass: ValueClass;
  readonly counts: Readonly<Record<Area, number>>;
  /** Revisions; null where no value with a revision was seen. */
  readonly firstWrite: number | null;
  readonly lastWrite: number | null;
  /** Null where nothing of it is stored. */
  readonly writes: WriteHistogram | null;
}

/** The live values of one resource. */
export interface ResourceUse {
  readonly resource: string;
  /** Whether its values can have findings. */
  readonly audited: boolean;
  readonly counts: StateCounts;
  /** The same values by class, most first. */
  readonly classes: readonly { readonly valueClass: ValueClass; readonly count: number }[];
}

/** The live values of audited resources by namespace: those with most that are not encrypted first, then the largest. */
export interface NamespaceUses {
  /** `namespace` is null for resources that have none. */
  readonly listed: readonly { readonly namespace: string | null; readonly counts: StateCounts }[];
  /** What is not listed, summed up; `namespaces` is null where they are too many to count. */
  readonly others: { readonly namespaces: number | null; readonly counts: StateCounts };
}

/** Counts of all values in scope. */
export interface Summary {
  readonly areas: Readonly<Record<Area, StateCounts>>;
  readonly keys: readonly KeyUse[];
  readonly resources: readonly ResourceUse[];
  readonly namespaces: NamespaceUses;
  readonly findings: {
    readonly byLevel: Readonly<Record<Level, number>>;
    readonly byKind: ReadonlyMap<FindingKind, number>;
  };
  /** Superseded revisions by the side of the compact revision on which they lie. */
  readonly history: { readonly aboveCompactRevision: number; readonly belowCompactRevision: number };
}

/** What was looked at. Whatever is false here was not, and nothing may be concluded about it. */
export interface Looked {
  readonly head: boolean;
  readonly history: boolean;
  readonly freePages: boolean;
  readonly tail: boolean;
  readonly wal: boolean;
  readonly configuration: boolean;
  readonly kmsCurrent: boolean;
  readonly decrypted: { readonly verified: number; readonly plausible: number; readonly notVerifiable: number };
}

/** How findings turn into an exit code. */
export interface Policy {
  readonly failOn: Level;
  readonly levels: ReadonlyMap<FindingKind, PolicyLevel>;
  /** Findings that were there before and fail no run; absent where none was given. */
  readonly baseline?: BaselineUse;
}

/** Where none is given: the run fails on errors, and every kind has its own level. */
export const DEFAULT_POLICY: Policy = { failOn: "error", levels: new Map() };

/** What a baseline did to a run. */
export interface BaselineUse {
  /** Lower-case hex SHA-256 of the report that is the baseline. */
  readonly sha256: string;
  /** How many of the run's findings are in it. */
  readonly findingsInBaseline: number;
}

/**
 * A finished audit: sealed and sorted. Findings and values are made one at a time and can be read again, out of memory that
 * lives as long as the result does.
 */
export interface AuditResult {
  readonly tool: { readonly name: string; readonly version: string };
  readonly cluster: string | null;
  readonly command: "scan" | "lint-config" | "verify-rotation" | "merge";
  readonly startedAt: Date;
  readonly finishedAt: Date;
  readonly sources: readonly SourceFacts[];
  /** The etcd prefixes looked at. */
  readonly prefixes: readonly string[];
  /** The audited resources. */
  readonly resources: readonly string[];
  /** The only namespaces looked at; empty: all. */
  readonly namespaces: readonly string[];
  /** The configurations that were given, in the order given. */
  readonly configs: readonly ConfigurationFacts[];
  readonly looked: Looked;
  readonly policy: Policy;
  readonly exitCode: number;
  readonly verdict: Verdict;
  readonly summary: Summary;
  /** Of `verify-rotation` only; else null. */
  readonly rotation: Rotation | null;
  /** Of a result that was put together out of reports: what each of them is, the worst first. */
  readonly clusters?: readonly ClusterFacts[];
  /**
   * Sorted by source, key bytes, modRevision, location; those about configurations by file and line.
   * @param kind only those of one kind
   */
  findings(kind?: FindingKind): Iterable<Finding>;
  /**
   * Findings that are alike, told once, in the order of the first ones: their counts add up to the number of findings. Those
   * about no value come first, each alone. Reporters read either: whoever changes `findings` must change this as well.
   */
  alike(): Iterable<AlikeFindings>;
  /** Sorted likewise; empty unless the audit was asked to keep values. */
  values(): Iterable<InventoryRow>;
}
