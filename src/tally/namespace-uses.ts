import type { NamespaceUses, StateCounts } from "../model/audit-result.ts";
import { STATES } from "../model/value-class.ts";
import { compareText } from "./counts.ts";

/** Namespaces that a result lists. */
const MOST_LISTED = 20;

/** Live values of one namespace by state. */
export interface NamespaceCount {
  readonly namespace: string;
  readonly counts: StateCounts;
}

/**
 * The namespaces that have most that is not encrypted, then those that have most; the others are summed up.
 * @param unnamed of values without a namespace
 * @param further of namespaces that were not told apart
 */
export function namespaceUses(
  named: readonly NamespaceCount[],
  unnamed: StateCounts,
  further: StateCounts,
): NamespaceUses {
  const uses: { namespace: string | null; counts: StateCounts }[] = [...named];
  if (unnamed.total > 0) uses.push({ namespace: null, counts: unnamed });
  uses.sort(
    (a, b) =>
      faults(b.counts) - faults(a.counts) ||
      b.counts.total - a.counts.total ||
      compareText(a.namespace ?? "", b.namespace ?? ""),
  );
  const others = { ...further };
  for (const { counts } of uses.slice(MOST_LISTED)) {
    others.total += counts.total;
    for (const state of STATES) others[state] += counts[state];
  }
  const namespaces = further.total > 0 ? null : Math.max(0, uses.length - MOST_LISTED);
  return { listed: uses.slice(0, MOST_LISTED), others: { namespaces, counts: others } };
}

function faults({ total, encrypted }: StateCounts): number {
  return total - encrypted;
}
