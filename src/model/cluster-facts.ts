import type { Looked, Policy, Summary, Verdict } from "./audit-result.ts";

/** One report of a fleet. */
export type ClusterFacts = ReadCluster | UnreadableCluster;

/** What one report says of its cluster, apart from the findings. */
export interface ReadCluster {
  readonly kind: "read";
  /** The name that the report gives it. */
  readonly cluster: string | null;
  /** The report's path, as it was given. */
  readonly path: string;
  /** Lower-case hex SHA-256 of the report. */
  readonly sha256: string;
  readonly exitCode: number;
  readonly verdict: Verdict;
  readonly command: "scan" | "verify-rotation" | "lint-config";
  readonly startedAt: Date;
  readonly finishedAt: Date;
  /** Indices into the sources of the whole. */
  readonly sources: readonly number[];
  readonly prefixes: readonly string[];
  readonly resources: readonly string[];
  /** Empty: all. */
  readonly namespaces: readonly string[];
  readonly looked: Looked;
  readonly policy: Policy;
  readonly summary: Summary;
}

/** A report that can't be read: nothing is known of its cluster. */
export interface UnreadableCluster {
  readonly kind: "unreadable";
  readonly cluster: null;
  readonly path: string;
  readonly exitCode: number;
  readonly verdict: "incomplete";
  /** What is wrong with it and what to do, in one line. */
  readonly error: string;
}
