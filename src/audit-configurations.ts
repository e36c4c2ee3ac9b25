import { readBaseline, withBaseline } from "./comparison/baseline.ts";
import { exitCodeOf, verdictOf } from "./judge/policy.ts";
import { eachAlone, findingsOfKind } from "./model/alike-findings.ts";
import { type AuditResult, DEFAULT_POLICY, type Looked, type Policy, type Summary } from "./model/audit-result.ts";
import { readConfigurations } from "./read-configurations.ts";
import { now, toolIdentity } from "./run-facts.ts";
import { configurationFindings } from "./tally/configuration-findings.ts";
import { countStates } from "./tally/counts.ts";
import { FindingCounts } from "./tally/finding-counts.ts";

/** Which configurations to look at, and how findings count. */
export interface ConfigurationAuditOptions {
  /** Files, or `-` for standard input; several are those of several API servers. */
  readonly paths: readonly string[];
  /** Default: fail on errors. */
  readonly policy?: Policy;
  /** Path of a JSON report of an earlier `lint-config`: findings that are in it don't fail this one. */
  readonly baseline?: string;
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
  const policy = options.policy ?? DEFAULT_POLICY;
  const baseline = options.baseline === undefined ? null : await readBaseline(options.baseline, "lint-config");
  const read = await readConfigurations(options.paths);
  const counts = new FindingCounts();
  const findings = configurationFindings(read.findings, policy, counts);
  const result: AuditResult = {
    tool: await toolIdentity(),
    cluster: options.cluster ?? null,
    command: "lint-config",
    startedAt,
    finishedAt: now(),
    sources: [],
    prefixes: [],
    resources: [],
    namespaces: [],
    configs: read.facts,
    looked: LOOKED,
    policy,
    exitCode: exitCodeOf(true, false, counts.found(), policy),
    verdict: verdictOf(true, counts.found()),
    summary: { ...NO_VALUES, findings: { byLevel: counts.levels(policy), byKind: counts.kinds() } },
    rotation: null,
    findings: (kind) => findingsOfKind(findings, kind),
    alike: () => eachAlone(findings),
    values: () => [],
  };
  return baseline === null ? result : withBaseline(result, baseline);
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
  namespaces: { listed: [], others: { namespaces: 0, counts: NONE } },
  history: { aboveCompactRevision: 0, belowCompactRevision: 0 },
};
