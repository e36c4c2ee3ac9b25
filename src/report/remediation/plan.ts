import type { AuditResult } from "../../model/audit-result.ts";
import type { Finding, FindingKind } from "../../model/finding.ts";
import { referenceText } from "../../model/key-reference.ts";
import type { Location } from "../../model/location.ts";
import type { SourceFacts } from "../../model/source-facts.ts";
import { newestKeyIds, rewritingOf, type Way } from "./kms-way.ts";
import { liveValue, objectToRewrite } from "./object-to-rewrite.ts";
import { remedyOf, type Step } from "./remedy.ts";

/** What the findings ask for together: gathered in one reading, however many there are. */
export interface Plan {
  /** Index of the source that stands for the cluster: the live one, else the newest file. */
  readonly cluster: number;
  readonly steps: ReadonlySet<Step>;
  readonly ways: ReadonlySet<Way>;
  /** A rewrite through an API server that was not restarted would change nothing, or take changes back. */
  readonly restartFirst: { readonly keptKeyId: boolean; readonly writersDisagree: boolean };
  /** Resources whose definition is gone. */
  readonly unserved: ReadonlySet<string>;
  /** Resources that are rewritten, each with the keys that the given configurations write it with. */
  readonly resources: ReadonlyMap<string, ReadonlySet<string>>;
  /** Resources of values that need a rewrite, which would store them unencrypted. */
  readonly writtenByIdentity: ReadonlySet<string>;
  /** Live values that need a rewrite which kubectl can't do. */
  readonly unreachable: number;
  /** Live values that may have to be deleted. */
  readonly deletions: number;
  /** Values that can't be rewritten since they lie in a source beside the cluster's, by its index. */
  readonly elsewhere: ReadonlyMap<number, number>;
  /** Whether plaintext lies in a write-ahead log. */
  readonly residueInWal: boolean;
  /** Findings that are for people, by kind: how many, and one of them. */
  readonly people: ReadonlyMap<FindingKind, { readonly count: number; readonly example: Finding }>;
  readonly newestKeyIds: ReadonlyMap<string, string | null>;
}

/** Reads all findings and tells what a script has to do about them. */
export function planOf(result: AuditResult): Plan {
  const cluster = clusterSource(result.sources);
  const unserved = unservedResources(result);
  const keyIds = newestKeyIds(result);
  const steps = new Set<Step>();
  const ways = new Set<Way>();
  const resources = new Map<string, Set<string>>();
  const writtenByIdentity = new Set<string>();
  const elsewhere = new Map<number, number>();
  const people = new Map<FindingKind, { count: number; example: Finding }>();
  let keptKeyId = false;
  let unreachable = 0;
  let deletions = 0;
  let residueInWal = false;
  for (const finding of result.findings()) {
    const { kind, source } = finding;
    const remedy = remedyOf(kind);
    if (remedy.kind === "people") {
      people.set(kind, { count: (people.get(kind)?.count ?? 0) + 1, example: finding });
      continue;
    }
    if (source !== null && source !== cluster) {
      elsewhere.set(source, (elsewhere.get(source) ?? 0) + 1);
      continue;
    }
    const value = liveValue(finding);
    if (remedy.kind === "delete") {
      if (value !== null) deletions++;
      else if (locationOf(finding) === "history") steps.add("compact");
    }
    if (remedy.kind !== "steps") continue;
    if (locationOf(finding) === "wal") {
      residueInWal = true;
      continue;
    }
    for (const step of remedy.steps) if (step !== "rewrite") steps.add(step);
    const object = objectToRewrite(finding, { cluster, unserved });
    if (object === null || value === null) continue;
    switch (object.kind) {
      case "unreachable":
        unreachable++;
        break;
      case "identity-writes":
        writtenByIdentity.add(value.resource);
        break;
      case "object": {
        const { way, restartFirst } = rewritingOf(finding, keyIds);
        steps.add("rewrite");
        ways.add(way);
        keptKeyId ||= restartFirst;
        const writeKeys = resources.get(value.resource) ?? new Set<string>();
        if (value.standing !== null) writeKeys.add(referenceText(value.standing.writeKey));
        resources.set(value.resource, writeKeys);
      }
    }
  }
  if (result.sources[cluster]?.kind === "kine") {
    steps.delete("compact");
    steps.delete("defragment");
  }
  return {
    cluster,
    steps,
    ways,
    restartFirst: { keptKeyId, writersDisagree: people.has("writers-disagree") },
    unserved,
    resources,
    writtenByIdentity,
    unreachable,
    deletions,
    elsewhere,
    residueInWal,
    people,
    newestKeyIds: keyIds,
  };
}

function locationOf({ subject }: Finding): Location | null {
  return subject.kind === "value" ? subject.value.location : null;
}

/** The live source, else the file with the highest revision; -1 where nothing but configurations was looked at. */
function clusterSource(sources: readonly SourceFacts[]): number {
  const live = sources.findIndex(({ kind }) => kind === "live");
  if (live !== -1) return live;
  const revisions = sources.map(({ revision }) => revision ?? 0);
  return revisions.indexOf(Math.max(...revisions));
}

function unservedResources(result: AuditResult): ReadonlySet<string> {
  const resources = new Set<string>();
  if (!result.summary.findings.byKind.has("resource-not-served")) return resources;
  for (const { kind, subject } of result.findings()) {
    if (kind === "resource-not-served" && subject.kind === "value") resources.add(subject.value.resource);
  }
  return resources;
}
