import type { KeyUse, Looked, ResourceUse, StateCounts, Summary } from "../model/audit-result.ts";
import type { ReadCluster } from "../model/cluster-facts.ts";
import { FINDING_KINDS } from "../model/finding.ts";
import type { AREAS } from "../model/location.ts";
import { NOT_BY_NAMESPACE } from "./reported-facts.ts";

/**
 * The counts of all clusters together. Keys of one name are counted together, though each cluster has its own; when they
 * first and last wrote is left out, since revisions of different clusters can't be compared.
 */
export function summaryOfAll(clusters: readonly ReadCluster[]): Summary {
  const summaries = clusters.map(({ summary }) => summary);
  const area = (name: (typeof AREAS)[number]) => sumOfStates(summaries.map(({ areas }) => areas[name]));
  const level = (name: "error" | "warning" | "note") => sum(summaries.map(({ findings }) => findings.byLevel[name]));
  const kinds = FINDING_KINDS.map(
    (kind) => [kind, sum(summaries.map(({ findings }) => findings.byKind.get(kind) ?? 0))] as const,
  );
  return {
    areas: { head: area("head"), history: area("history"), residue: area("residue"), wal: area("wal") },
    keys: summaries.flatMap(({ keys }) => keys).map((use): KeyUse => ({ ...use, firstWrite: null, lastWrite: null })),
    resources: resourcesOfAll(summaries.flatMap(({ resources }) => resources)),
    namespaces: NOT_BY_NAMESPACE,
    findings: {
      byLevel: { error: level("error"), warning: level("warning"), note: level("note") },
      byKind: new Map(kinds.filter(([, count]) => count > 0)),
    },
    history: { aboveCompactRevision: 0, belowCompactRevision: 0 },
  };
}

/** What was looked at in every cluster: what one left out is not looked at. */
export function lookedInAll(clusters: readonly ReadCluster[]): Looked {
  const every = (field: Exclude<keyof Looked, "decrypted">) => clusters.every(({ looked }) => looked[field]);
  const decrypted = (field: keyof Looked["decrypted"]) => sum(clusters.map(({ looked }) => looked.decrypted[field]));
  return {
    head: every("head"),
    history: every("history"),
    freePages: every("freePages"),
    tail: every("tail"),
    wal: every("wal"),
    configuration: every("configuration"),
    kmsCurrent: every("kmsCurrent"),
    decrypted: {
      verified: decrypted("verified"),
      plausible: decrypted("plausible"),
      notVerifiable: decrypted("notVerifiable"),
    },
  };
}

function resourcesOfAll(uses: readonly ResourceUse[]): readonly ResourceUse[] {
  const names = [...new Set(uses.map(({ resource }) => resource))].sort();
  return names.map((resource) => {
    const ofName = uses.filter((use) => use.resource === resource);
    const counts = sumOfStates(ofName.map((use) => use.counts));
    return { resource, audited: ofName.some(({ audited }) => audited), counts, classes: [] };
  });
}

function sumOfStates(counts: readonly StateCounts[]): StateCounts {
  const state = (name: keyof StateCounts) => sum(counts.map((each) => each[name]));
  return {
    total: state("total"),
    plaintext: state("plaintext"),
    encrypted: state("encrypted"),
    malformed: state("malformed"),
    unknown: state("unknown"),
  };
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
