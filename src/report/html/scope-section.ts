import type { AuditResult } from "../../model/audit-result.ts";
import type { SourceFacts } from "../../model/source-facts.ts";
import { formatBytes } from "../numbers.ts";
import { listWords } from "../prose.ts";
import { incompleteReasonLines } from "../report-head.ts";
import { isoSeconds } from "../table-source.ts";
import { policyLine } from "../table-verdict.ts";
import { code, factList, type Section } from "./data-table.ts";
import { lookedTable } from "./looked-table.ts";
import { type MarkupValue, markup } from "./markup.ts";

type Fact = readonly [label: string, text: MarkupValue];

/** What was looked at: where, when, by what, and how far. */
export function scopeSection(result: AuditResult): Section {
  const sources = result.sources.map((source, index) => {
    const title = result.sources.length === 1 ? "Source" : `Source ${index + 1}`;
    return markup`<h3>${title}</h3>\n${factList(sourceFacts(source))}`;
  });
  return {
    id: "scope",
    title: "Scope",
    body: markup`<div class="beside">
<div>${sources}</div>
<div><h3>Audit</h3>
${factList(auditFacts(result))}</div>
</div>
${lookedTable(result)}`,
  };
}

function sourceFacts(source: SourceFacts): Fact[] {
  const { dbSize, dbSizeInUse, sha256, contentSha256, clusterId, revision } = source;
  const reasons = incompleteReasonLines(source);
  const facts: Fact[] = [
    ["Kind", source.kind],
    [source.endpoints === null ? "Path" : "Endpoints", code(source.path ?? source.endpoints?.join(", ") ?? "-")],
  ];
  if (sha256 !== null) facts.push(["SHA-256", code(sha256)]);
  if (contentSha256 !== null && contentSha256 !== sha256) facts.push(["SHA-256 unpacked", code(contentSha256)]);
  if (clusterId !== null) facts.push(["Cluster ID", code(clusterId)]);
  facts.push(["etcd version", source.etcdVersion ?? "not told"]);
  facts.push(["Revision", revision ?? "not told"]);
  facts.push(["Compact revision", compaction(source)]);
  if (dbSize !== null) {
    const inUse = dbSizeInUse === null ? "" : `, of which ${formatBytes(dbSizeInUse)} in use`;
    facts.push(["Database", formatBytes(dbSize) + inUse]);
  }
  facts.push(["Seen whole", reasons.length === 0 ? "yes" : markup`no: ${listWords(reasons)}`]);
  return facts;
}

function compaction({ compactRevision, scheduledCompactRevision: scheduled }: SourceFacts): string {
  if (compactRevision === null) return "not learned";
  const words = compactRevision === 0 ? "never compacted" : String(compactRevision);
  return scheduled !== null && scheduled > compactRevision
    ? `${words}; a compaction to ${scheduled} has not ended`
    : words;
}

function auditFacts(result: AuditResult): Fact[] {
  const { cluster, prefixes, resources, namespaces, tool, exitCode, policy } = result;
  const facts: Fact[] = [["Cluster", cluster ?? "no name given"]];
  if (result.command !== "lint-config") {
    facts.push(["Prefixes", prefixes.length === 0 ? "no known prefix" : listed(prefixes)]);
    facts.push(["Resources audited", listed(resources)]);
    facts.push(["Namespaces", namespaces.length === 0 ? "all" : markup`only ${listed(namespaces)}`]);
  }
  facts.push(["Started", isoSeconds(result.startedAt)], ["Finished", isoSeconds(result.finishedAt)]);
  facts.push(["Tool", `${tool.name} ${tool.version}, ${result.command}`]);
  const policyWords = policyLine(result, Number.POSITIVE_INFINITY);
  facts.push(["Policy", policyWords.length > 0 ? policyWords : `the default: fails on ${policy.failOn}`]);
  facts.push(["Exit code", exitCode]);
  return facts;
}

function listed(names: readonly string[]): MarkupValue {
  return names.map((name, index) => markup`${index === 0 ? "" : ", "}${code(name)}`);
}
