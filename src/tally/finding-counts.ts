import { type FoundKind, levelUnder } from "../judge/policy.ts";
import type { Policy } from "../model/audit-result.ts";
import { FINDING_KINDS, type FindingKind, LEVELS, type Level } from "../model/finding.ts";

/** How many findings there are of each kind and default level. */
export class FindingCounts {
  private readonly byKind = new Map<FindingKind, Record<Level, number>>();

  /** Counts findings by their default level. */
  add(kind: FindingKind, level: Level, count = 1): void {
    const counts = this.byKind.get(kind) ?? { error: 0, warning: 0, note: 0 };
    counts[level] += count;
    this.byKind.set(kind, counts);
  }

  /** The kinds and default levels of which there is a finding. */
  found(): readonly FoundKind[] {
    return [...this.byKind].flatMap(([kind, counts]) =>
      LEVELS.filter((level) => counts[level] > 0).map((level) => ({ kind, level })),
    );
  }

  /** Findings of each kind, in the order of the contract. */
  kinds(): ReadonlyMap<FindingKind, number> {
    const present = FINDING_KINDS.filter((kind) => this.byKind.has(kind));
    return new Map(present.map((kind) => [kind, LEVELS.reduce((sum, level) => sum + this.count(kind, level), 0)]));
  }

  /** Findings of each level under a policy; those that it switches off are in none. */
  levels(policy: Policy): Readonly<Record<Level, number>> {
    const counts: Record<Level, number> = { error: 0, warning: 0, note: 0 };
    for (const { kind, level } of this.found()) {
      const under = levelUnder(policy, kind, level);
      if (under !== "off") counts[under] += this.count(kind, level);
    }
    return counts;
  }

  private count(kind: FindingKind, level: Level): number {
    return this.byKind.get(kind)?.[level] ?? 0;
  }
}
