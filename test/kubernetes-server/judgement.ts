import type { Scanned } from "../cli/live-program.ts";
import type { InventoryLine, JsonReport } from "../corpus/program-output.ts";

/** What a scan says, as short as a story can state it. */
export interface Judgement {
  readonly exitCode: number;
  /** Live values by the key that they are under: `identity`, `aescbc/key1`, `kms-v2/plugin@ID`, ` #VERSION` behind it. */
  readonly head: Readonly<Record<string, number>>;
  /** Superseded revisions, likewise. */
  readonly history: Readonly<Record<string, number>>;
  readonly findings: Readonly<Record<string, number>>;
}

/** They depend on how much an API server writes when it starts. */
const OF_THE_STORE: readonly string[] = ["compaction-stalled", "defragmentation-due"];

/**
 * The judgement of a scan that saw all it was asked to see.
 * @throws Error when it did not
 */
export function judgementOf({ report, status, stderr }: Scanned): Judgement {
  if (report === null || status === null || status > 1) throw new Error(`exit code ${status}: ${stderr}`);
  const { byKey, findings } = report.summary;
  const counted = Object.entries(findings.byKind).filter(([kind]) => !OF_THE_STORE.includes(kind));
  return {
    exitCode: status,
    head: countsOf(byKey, "head"),
    history: countsOf(byKey, "history"),
    findings: Object.fromEntries(counted),
  };
}

/** The key that a value is under, in the words of a judgement. */
export function keyOf(use: Pick<InventoryLine, "provider" | "keyName" | "keyId" | "kekVersion">): string {
  const name = use.keyName === null ? "" : `/${use.keyName}`;
  const id = use.keyId === null ? "" : `@${use.keyId}`;
  const version = use.kekVersion === null ? "" : ` #${use.kekVersion}`;
  return `${use.provider ?? "none"}${name}${id}${version}`;
}

function countsOf(byKey: JsonReport["summary"]["byKey"], location: "head" | "history"): Record<string, number> {
  const used = byKey.filter((use) => use[location] > 0);
  return Object.fromEntries(used.map((use) => [keyOf(use), use[location]]));
}
