import type { Engine } from "../engine/engine.ts";
import { Namespaces } from "../engine/namespaces.ts";
import type { NamespaceUses, StateCounts } from "../model/audit-result.ts";
import { STATES } from "../model/value-class.ts";
import { namespaceUses } from "./namespace-uses.ts";

/** Live values of audited resources by namespace and state. */
export function countedNamespaces(engine: Engine): NamespaceUses {
  const counted = new Namespaces(engine);
  const named = counted.named().map(({ name, counts }) => ({
    namespace: Buffer.from(name).toString("utf8"),
    counts: byState(counts),
  }));
  return namespaceUses(named, byState(counted.unnamed()), byState(counted.further()));
}

function byState(numbered: Uint32Array): StateCounts {
  const counts = { total: 0, plaintext: 0, encrypted: 0, malformed: 0, unknown: 0 };
  for (const [number, state] of STATES.entries()) {
    counts[state] = numbered[number] ?? 0;
    counts.total += counts[state];
  }
  return counts;
}
