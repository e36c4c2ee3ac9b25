import type { Level } from "../model/finding.ts";
import type { ReportFinding, ReportHead } from "./schema.ts";

/** What became of a finding between two reports, in the order in which they are told. */
export const CHANGES = ["new", "not-looked-at", "fixed", "remaining"] as const;
/**
 * `new`: only the newer report has it. `remaining`: both have it. `fixed`: only the older one has it, and the newer one
 * looked where it lay. `not-looked-at`: only the older one has it, and the newer one did not look there, or did not see
 * all there.
 */
export type Change = (typeof CHANGES)[number];

/** A finding and what became of it; as the newer report has it, where that has it. */
export interface ComparedFinding {
  readonly change: Change;
  readonly finding: ReportFinding;
}

/** One of two reports that are compared. */
export interface ComparedReport {
  /** As it was given. */
  readonly path: string;
  /** Lower-case hex SHA-256 of the report. */
  readonly sha256: string;
  readonly head: ReportHead;
}

/** In what two reports differ besides their findings: each of these bears on what the comparison can show. */
export type Difference =
  | { readonly kind: "newer-incomplete" }
  | { readonly kind: "older-incomplete" }
  | { readonly kind: "same-report" }
  | { readonly kind: "cluster-names"; readonly older: string; readonly newer: string }
  | { readonly kind: "cluster-ids"; readonly older: readonly string[]; readonly newer: readonly string[] }
  | { readonly kind: "source-kinds"; readonly older: readonly string[]; readonly newer: readonly string[] }
  | { readonly kind: "revision-went-back"; readonly older: number; readonly newer: number }
  | { readonly kind: "no-longer-looked-at"; readonly what: LookedWhat; readonly names: readonly string[] }
  | { readonly kind: "looked-at-now"; readonly what: LookedWhat; readonly names: readonly string[] }
  | { readonly kind: "configurations" }
  | { readonly kind: "versions"; readonly older: string; readonly newer: string };

/** What the names in a difference are names of. */
export type LookedWhat = "areas" | "prefixes" | "resources" | "namespaces" | "reports";

/** What changed between two reports. Findings are read anew from the files whenever they are asked for. */
export interface Comparison {
  readonly tool: { readonly name: string; readonly version: string };
  readonly older: ComparedReport;
  readonly newer: ComparedReport;
  /** The gravest first. */
  readonly differences: readonly Difference[];
  /** Findings by what became of them. */
  readonly counts: Readonly<Record<Change, number>>;
  /** Likewise, of each kind that there is, in the order of the contract. */
  readonly byKind: ReadonlyMap<string, Readonly<Record<Change, number>>>;
  readonly failOn: Level;
  readonly exitCode: number;
  /** Those of the older report that are gone, then all of the newer one; each as its report sorts them. */
  findings(): Iterable<ComparedFinding>;
  /** Those of the newer report only. */
  newerFindings(): Iterable<ComparedFinding>;
  /** Gives the files back: findings can't be asked for any more. */
  close(): void;
}
