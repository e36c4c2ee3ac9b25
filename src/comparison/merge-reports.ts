import { AuditError } from "../errors.ts";
import { eachAlone, findingsOfKind } from "../model/alike-findings.ts";
import { type AuditResult, DEFAULT_POLICY, type Policy, type Verdict } from "../model/audit-result.ts";
import type { ClusterFacts, ReadCluster } from "../model/cluster-facts.ts";
import { EXIT_UNUSABLE } from "../model/exit-code.ts";
import type { Finding } from "../model/finding.ts";
import type { ReportFinding } from "../report/schema.ts";
import { ReportReader } from "../reports/report-reader.ts";
import { now, toolIdentity } from "../run-facts.ts";
import { compareClusters, worstExitCode } from "./cluster-rank.ts";
import { eachFinding } from "./each-finding.ts";
import { reportedPolicy, reportedSource, reportedSummary } from "./reported-facts.ts";
import { isKnownKind, reportedFinding } from "./reported-finding.ts";
import { lookedInAll, summaryOfAll } from "./sum-of-clusters.ts";

/** Which reports to put together. */
export interface MergeOptions {
  readonly paths: readonly string[];
  /** A name for the whole. */
  readonly cluster?: string | null;
  /** Told in one line of a report that is left out, and of names that clusters share. */
  readonly onNotice?: (line: string) => void;
  /** Ends the reading early. */
  readonly signal?: AbortSignal;
}

/** One report that was named, and its reader where it can be read. */
type Entry = ReadEntry | { readonly facts: ClusterFacts; readonly reader: null };

interface ReadEntry {
  readonly facts: ReadCluster;
  readonly reader: ReportReader;
}

/**
 * One result out of many reports, the worst first. One that can't be read is named in it, and the others are there all
 * the same. Each report is read to its end now, and once more each time the findings are asked for; the files stay open
 * until the process ends.
 * @throws AuditError when none of the reports can be read
 */
export async function mergeReports({ paths, cluster = null, onNotice, signal }: MergeOptions): Promise<AuditResult> {
  const startedAt = now();
  const notice = onNotice ?? (() => undefined);
  const entries = (await readAll(paths, notice, signal)).sort((a, b) => compareClusters(a.facts, b.facts));
  tellSharedNames(entries, notice);
  const readers = entries.map(({ reader }) => reader);
  const firstSources = startsOf(readers.map((reader) => reader?.head.sources.length ?? 0));
  const clusters = entries.map(({ facts }, index): ClusterFacts => {
    return facts.kind === "read" ? { ...facts, sources: shifted(facts.sources, firstSources[index] ?? 0) } : facts;
  });
  const read = clusters.filter((facts) => facts.kind === "read");
  const heads = readers.flatMap((reader) => reader?.head ?? []);
  function* findings(): Generator<Finding, void> {
    for (const [index, reader] of readers.entries()) {
      if (reader === null) continue;
      const place = { cluster: index, firstSource: firstSources[index] ?? 0 };
      for (const row of reader.findings()) yield reportedFinding(row, place);
    }
  }
  return {
    tool: await toolIdentity(),
    cluster,
    command: "merge",
    startedAt,
    finishedAt: now(),
    sources: heads.flatMap((head) => head.sources.map((source) => reportedSource(source, head))),
    prefixes: [...new Set(heads.flatMap(({ prefixes }) => prefixes))],
    resources: [...new Set(heads.flatMap(({ resources }) => resources))],
    namespaces: namespacesOfAll(read),
    configs: [],
    looked: lookedInAll(read),
    policy: commonPolicy(read),
    exitCode: worstExitCode(clusters),
    verdict: verdictOf(clusters),
    summary: summaryOfAll(read),
    rotation: null,
    clusters,
    findings: (kind) => findingsOfKind(findings(), kind),
    alike: () => eachAlone(findings()),
    values: () => [],
  };
}

async function readAll(
  paths: readonly string[],
  notice: (line: string) => void,
  signal: AbortSignal | undefined,
): Promise<Entry[]> {
  const entries: Entry[] = [];
  const bySha256 = new Map<string, string>();
  let firstError: AuditError | undefined;
  for (const path of paths) {
    try {
      const entry = await readWhole(path, signal);
      const { sha256 } = entry.reader;
      const same = bySha256.get(sha256);
      bySha256.set(sha256, same ?? path);
      if (same === undefined) {
        entries.push(entry);
        continue;
      }
      entry.reader.close();
      notice(`${path} is the same report as ${same}: it counts once`);
    } catch (error) {
      if (!(error instanceof AuditError) || error.code === "INTERRUPTED") throw error;
      firstError ??= error;
      entries.push({ facts: unreadable(path, error), reader: null });
      notice(`left out: ${lineOf(error)}`);
    }
  }
  if (firstError !== undefined && entries.every(({ reader }) => reader === null)) throw firstError;
  return entries;
}

/** Opens a report and reads all of it: one that ends in the middle is none. */
async function readWhole(path: string, signal: AbortSignal | undefined): Promise<ReadEntry> {
  const reader = new ReportReader(path);
  try {
    const facts = factsOf(reader);
    await eachFinding(reader, (finding) => refuseUnknownKind(path, finding), signal);
    return { facts, reader };
  } catch (error) {
    reader.close();
    throw error;
  }
}

function refuseUnknownKind(path: string, { kind }: ReportFinding): void {
  if (isKnownKind(kind)) return;
  throw new AuditError("NOT_A_REPORT", `${path} has findings of the kind ${kind}, which this version can't tell`, {
    nextStep: "merge with the version that made the report",
  });
}

function factsOf({ path, sha256, head }: ReportReader): ReadCluster {
  const { command, cluster, exitCode, verdict, startedAt, finishedAt, sources, prefixes, resources, namespaces } = head;
  if (command === "merge") {
    throw new AuditError("REPORTS_NOT_COMPARABLE", `${path} is itself the report of a merge`, {
      nextStep: "name the clusters' own reports",
    });
  }
  return {
    kind: "read",
    cluster,
    path,
    sha256,
    exitCode,
    verdict,
    command,
    startedAt: new Date(startedAt),
    finishedAt: new Date(finishedAt),
    sources: [...sources.keys()],
    prefixes,
    resources,
    namespaces: namespaces ?? [],
    looked: head.looked,
    policy: reportedPolicy(head.policy),
    summary: reportedSummary(head.summary),
  };
}

function unreadable(path: string, error: AuditError): ClusterFacts {
  return {
    kind: "unreadable",
    cluster: null,
    path,
    exitCode: EXIT_UNUSABLE,
    verdict: "incomplete",
    error: lineOf(error),
  };
}

function lineOf({ message, nextStep }: AuditError): string {
  return nextStep === undefined ? message : `${message}; ${nextStep}`;
}

function tellSharedNames(entries: readonly Entry[], notice: (line: string) => void): void {
  const paths = new Map<string, string[]>();
  for (const { facts } of entries) {
    if (facts.cluster !== null) paths.set(facts.cluster, [...(paths.get(facts.cluster) ?? []), facts.path]);
  }
  for (const [name, ofName] of paths) {
    if (ofName.length > 1) notice(`${ofName.length} reports are of a cluster named ${name}: ${ofName.join(", ")}`);
  }
}

function startsOf(lengths: readonly number[]): readonly number[] {
  let start = 0;
  return lengths.map((length) => {
    start += length;
    return start - length;
  });
}

function shifted(indices: readonly number[], by: number): readonly number[] {
  return indices.map((index) => index + by);
}

/** Those of any cluster where each was confined to some; else all, which an empty list says. */
function namespacesOfAll(clusters: readonly ReadCluster[]): readonly string[] {
  if (clusters.some(({ namespaces }) => namespaces.length === 0)) return [];
  return [...new Set(clusters.flatMap(({ namespaces }) => namespaces))];
}

/** The policy of every report where they all have the same; the default where they differ. Each keeps its own. */
function commonPolicy(clusters: readonly ReadCluster[]): Policy {
  const failOn = new Set(clusters.map(({ policy }) => policy.failOn));
  const levels = new Set(clusters.map(({ policy }) => JSON.stringify([...policy.levels])));
  const [first] = clusters;
  if (first === undefined || failOn.size !== 1 || levels.size !== 1) return DEFAULT_POLICY;
  return { failOn: first.policy.failOn, levels: first.policy.levels };
}

/** Where one cluster was not seen whole, nothing may be concluded of the fleet. */
function verdictOf(clusters: readonly ClusterFacts[]): Verdict {
  const verdicts = new Set(clusters.map(({ verdict }) => verdict));
  if (verdicts.has("incomplete")) return "incomplete";
  return verdicts.has("fail") ? "fail" : "pass";
}
