import type { ReportFinding, ReportHead, ReportSource } from "../report/schema.ts";

/** What one report, or one part of it, looked at: for findings in other places it can't tell whether they still hold. */
export interface ReportScope {
  readonly command: ReportHead["command"];
  readonly looked: ReportHead["looked"];
  readonly prefixes: readonly string[];
  readonly resources: readonly string[];
  /** Empty: all. */
  readonly namespaces: readonly string[];
  readonly sources: readonly ReportSource[];
  /** Paths of the configurations; undefined: not told. */
  readonly configurations: readonly (string | null)[] | undefined;
  readonly isComplete: boolean;
}

/**
 * The parts of a report that tell one finding from another with the same fingerprint: the same key may be in each cluster
 * of a fleet and in each source of a rotation.
 */
export interface ReportParts {
  /** The name of the part that a finding is of; a null byte can be in none of them. */
  partOf(finding: ReportFinding): string;
  readonly scopes: ReadonlyMap<string, ReportScope>;
}

/**
 * The parts of a report: its clusters, its sources where one of the two compared has several, else the whole.
 * @param tellsSources whether sources are told apart by their paths or endpoints
 */
export function partsOfReport(head: ReportHead, tellsSources: boolean): ReportParts {
  if (head.clusters !== undefined) return clusterParts(head, head.clusters);
  const isComplete = head.verdict !== "incomplete";
  const configurations = head.configs.map(({ path }) => path);
  const whole: ReportScope = { ...head, namespaces: head.namespaces ?? [], configurations, isComplete };
  if (!tellsSources) return { partOf: () => "", scopes: new Map([["", whole]]) };
  const names = head.sources.map((source) => [source.kind, source.path, ...(source.endpoints ?? [])].join(" "));
  const scopes = head.sources.map((source, index): [string, ReportScope] => {
    return [names[index] ?? "", { ...whole, sources: [source], isComplete: source.complete }];
  });
  return {
    partOf: ({ source }) => (source === null ? "" : (names[source] ?? "")),
    scopes: new Map([["", whole], ...scopes]),
  };
}

function clusterParts(head: ReportHead, clusters: NonNullable<ReportHead["clusters"]>): ReportParts {
  const scopes = new Map<string, ReportScope>();
  const names = clusters.map(({ cluster, path }) => cluster ?? path);
  for (const [index, cluster] of clusters.entries()) {
    const { command, looked, prefixes, resources, sources } = cluster;
    if (command === null || looked === null || prefixes === null || resources === null || sources === null) continue;
    const isComplete = cluster.verdict !== "incomplete";
    const ofCluster = head.sources.filter((_, source) => sources.includes(source));
    const scope = { command, looked, prefixes, resources, namespaces: cluster.namespaces ?? [], isComplete };
    scopes.set(names[index] ?? "", { ...scope, sources: ofCluster, configurations: undefined });
  }
  return { partOf: ({ cluster }) => (cluster === undefined ? "" : (names[cluster] ?? "")), scopes };
}
