import { createHash } from "node:crypto";
import { worded } from "./configuration/lint/configuration-detail.ts";
import { lint } from "./configuration/lint/index.ts";
import type { LintFile } from "./configuration/lint/lint-result.ts";
import { readConfiguration } from "./configuration/read-configuration.ts";
import { summaryOf } from "./configuration/summary.ts";
import { exitCodeOf, levelUnder, verdictOf } from "./judge/policy.ts";
import type { AuditResult, Looked, Policy, Summary } from "./model/audit-result.ts";
import type { ConfigurationFacts } from "./model/configuration-facts.ts";
import { DEFAULT_LEVELS, type Finding } from "./model/finding.ts";
import { now, toolIdentity } from "./run-facts.ts";
import { type ConfigurationFile, readConfigurationFile } from "./source/configuration-file.ts";
import { countStates } from "./tally/counts.ts";
import { FindingCounts } from "./tally/finding-counts.ts";

/** Which configurations to look at, and how findings count. */
export interface ConfigurationAuditOptions {
  /** Files, or `-` for standard input; several are those of several API servers. */
  readonly paths: readonly string[];
  /** Default: fail on errors. */
  readonly policy?: Policy;
  /** A name for the report. */
  readonly cluster?: string | null;
}

/**
 * Judges EncryptionConfigurations by themselves, before any data is looked at: the result has no source and no value.
 * One that the API server refuses is a finding.
 * @throws AuditError when a file can't be read at all
 */
export async function auditConfigurations(options: ConfigurationAuditOptions): Promise<AuditResult> {
  const startedAt = now();
  const policy = options.policy ?? { failOn: "error", levels: new Map() };
  const files: (ConfigurationFile & LintFile)[] = [];
  for (const path of new Set(options.paths)) {
    const file = await readConfigurationFile(path);
    files.push({ ...file, reading: readConfiguration(file.path, file.bytes) });
  }
  const counts = new FindingCounts();
  const findings = worded(lint(files)).map(({ kind, detail }): Finding => {
    counts.add(kind, DEFAULT_LEVELS[kind]);
    return { kind, level: levelUnder(policy, kind), source: null, subject: { kind: "configuration", detail } };
  });
  return {
    tool: await toolIdentity(),
    cluster: options.cluster ?? null,
    command: "lint-config",
    startedAt,
    finishedAt: now(),
    sources: [],
    prefixes: [],
    resources: [],
    configs: files.map(factsOf),
    looked: LOOKED,
    policy,
    exitCode: exitCodeOf(true, false, counts.found(), policy),
    verdict: verdictOf(true, counts.found()),
    summary: { ...NO_VALUES, findings: { byLevel: counts.levels(policy), byKind: counts.kinds() } },
    findings: () => findings,
    values: () => [],
  };
}

function factsOf({ path, bytes, reading }: ConfigurationFile & LintFile): ConfigurationFacts {
  if (reading.kind === "accepted") return summaryOf(reading.configuration);
  return { path, sha256: createHash("sha256").update(bytes).digest("hex"), kind: null, resources: [] };
}

const LOOKED: Looked = {
  head: false,
  history: false,
  freePages: false,
  tail: false,
  wal: false,
  configuration: true,
  kmsCurrent: false,
  decrypted: { verified: 0, plausible: 0, notVerifiable: 0 },
};

const NONE = countStates([]);

const NO_VALUES: Omit<Summary, "findings"> = {
  areas: { head: NONE, history: NONE, residue: NONE, wal: NONE },
  keys: [],
  resources: [],
  history: { aboveCompactRevision: 0, belowCompactRevision: 0 },
};
