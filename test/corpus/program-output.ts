import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Run, runProgram } from "./run-program.ts";
import { type CorpusPoint, readLines, withTextLease } from "./scenario-folder.ts";

/** One line of the inventory, its lease as text. */
export interface InventoryLine {
  readonly key?: string;
  readonly keyBase64?: string;
  readonly resource: string;
  readonly namespace: string | null;
  readonly name: string | null;
  readonly modRevision: number;
  readonly createRevision: number;
  readonly version: number;
  readonly lease: string;
  readonly location: string;
  readonly size: number;
  readonly state: string;
  readonly provider: string | null;
  readonly keyName: string | null;
  readonly keyId: string | null;
  readonly kekVersion: string | null;
  readonly encoding: string | null;
}

/** Values by state. */
export interface StateCounts {
  readonly total: number;
  readonly plaintext: number;
  readonly encrypted: number;
  readonly malformed: number;
  readonly unknown: number;
}

/** What the comparison reads of a JSON report. */
export interface JsonReport {
  readonly exitCode: number;
  readonly verdict: string;
  readonly sources: readonly {
    readonly kind: string;
    readonly sha256: string;
    readonly contentSha256: string;
    readonly revision: number;
    readonly compactRevision: number;
    readonly dbSize: number;
    readonly dbSizeInUse: number;
    readonly complete: boolean;
    readonly incompleteReasons: readonly unknown[];
  }[];
  readonly summary: {
    readonly head: StateCounts;
    readonly history: StateCounts;
    readonly byKey: readonly {
      readonly provider: string | null;
      readonly keyName: string | null;
      readonly keyId: string | null;
      readonly kekVersion: string | null;
      readonly head: number;
      readonly history: number;
    }[];
    readonly findings: { readonly byKind: Readonly<Record<string, number>> };
  };
  readonly findings: readonly { readonly kind: string; readonly key?: string; readonly modRevision?: number }[];
}

/** One scan of a point: inventory and JSON report of the same run. */
export interface ScanOutput {
  readonly run: Run;
  readonly inventory: readonly InventoryLine[];
  readonly report: JsonReport;
}

/** Scans what a point stores, with `--all-resources` under its etcd prefix; freed pages are compared elsewhere. */
export async function scanPoint(point: CorpusPoint): Promise<ScanOutput> {
  const folder = mkdtempSync(join(tmpdir(), "corpus-"));
  try {
    const inventoryFile = join(folder, "inventory.jsonl");
    const reportFile = join(folder, "report.json");
    const output = ["-o", `inventory=${inventoryFile}`, "-o", `json=${reportFile}`];
    const run = await runProgram([
      "scan",
      point.file,
      "--all-resources",
      "--no-residue",
      "--prefix",
      point.etcdPrefix,
      ...output,
    ]);
    if (run.status !== 0 && run.status !== 1) {
      throw new Error(`exit code ${run.status ?? run.signal}: ${run.stderr.trim()}`);
    }
    return {
      run,
      inventory: readLines(readFileSync(inventoryFile, "utf8")).map(
        (line) => JSON.parse(withTextLease(line)) as InventoryLine,
      ),
      report: JSON.parse(readFileSync(reportFile, "utf8")) as JsonReport,
    };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
