import { AuditError } from "../errors.ts";
import { fingerprintOf } from "../evidence/fingerprint.ts";
import { FingerprintTable } from "../evidence/fingerprint-table.ts";
import type { AuditResult } from "../model/audit-result.ts";
import { EXIT_FINDINGS, EXIT_PASS } from "../model/exit-code.ts";
import { LEVELS } from "../model/finding.ts";
import type { ReportHead } from "../report/schema.ts";
import { ReportReader } from "../reports/report-reader.ts";
import { eachFinding } from "./each-finding.ts";

/** Findings that were there before, by a report that told of them. */
export interface Baseline {
  /** As it was given. */
  readonly path: string;
  /** Lower-case hex SHA-256 of the report. */
  readonly sha256: string;
  readonly head: ReportHead;
  readonly fingerprints: FingerprintTable;
}

/**
 * Reads the fingerprints of a report, 24 to 48 bytes each. It must be of the command that it is the baseline of: the
 * same fingerprint in the report of a fleet may be another cluster's.
 * @throws AuditError when it can't be read to its end, or is a report of another command
 */
export async function readBaseline(
  path: string,
  command: "scan" | "lint-config",
  signal?: AbortSignal,
): Promise<Baseline> {
  const reader = new ReportReader(path);
  try {
    if (reader.head.command !== command) {
      throw new AuditError(
        "REPORTS_NOT_COMPARABLE",
        `the baseline ${path} is a report of ${reader.head.command}, and this is ${command}`,
        { nextStep: `name a report that ${command} -o json=FILE made` },
      );
    }
    const fingerprints = new FingerprintTable();
    await eachFinding(reader, ({ fingerprint }) => fingerprints.add(fingerprint), signal);
    return { path, sha256: reader.sha256, head: reader.head, fingerprints };
  } finally {
    reader.close();
  }
}

/**
 * The same result, with the exit code that it has when findings of the baseline don't count. The verdict stays as it is,
 * and so does the exit code of a run that did not see all it was asked to see.
 */
export function withBaseline(result: AuditResult, { sha256, fingerprints }: Baseline): AuditResult {
  const { failOn } = result.policy;
  const failing: readonly string[] = LEVELS.slice(0, LEVELS.indexOf(failOn) + 1);
  let findingsInBaseline = 0;
  let fails = false;
  for (const finding of result.findings()) {
    if (fingerprints.has(fingerprintOf(finding))) findingsInBaseline++;
    else fails ||= failing.includes(finding.level);
  }
  const exitCode = result.exitCode === EXIT_FINDINGS && !fails ? EXIT_PASS : result.exitCode;
  return { ...result, policy: { ...result.policy, baseline: { sha256, findingsInBaseline } }, exitCode };
}

/** Why a baseline may be of something else than the result, one line each; it is used all the same. */
export function baselineDoubts({ path, head }: Baseline, { cluster, sources }: AuditResult): readonly string[] {
  const doubts: string[] = [];
  if (head.cluster !== null && cluster !== null && head.cluster !== cluster) {
    doubts.push(`the baseline ${path} is of the cluster ${head.cluster}, and this is ${cluster}`);
  }
  const before = head.sources.flatMap(({ clusterId }) => clusterId ?? []);
  const now = sources.flatMap(({ clusterId }) => clusterId ?? []);
  if (before.length > 0 && now.length > 0 && !now.some((id) => before.includes(id))) {
    doubts.push(`the baseline ${path} is of the etcd cluster ${before.join(", ")}, and this is ${now.join(", ")}`);
  }
  return doubts;
}
