import { BUILT_IN_TABLE } from "./built-in-table.ts";
import { editDistance } from "./edit-distance.ts";

const MOST = 3;
/** At least this much of a name must be there before names that begin with it are offered. */
const SHORTEST_BEGINNING = 3;

/** How near a name is, best first: the plural in another group, the singular, a slip of the keyboard, a beginning. */
const SAME_PLURAL = 0;
const SINGULAR = 1;
const SLIP = 2;
const BEGINNING = 5;

interface Candidate {
  readonly resource: string;
  readonly seen: boolean;
  readonly rank: number;
  readonly distance: number;
}

/**
 * Resource names near to a mistyped one (`secret`: `secrets`; `deployments`: `deployments.apps`), best first, at most
 * three; names that only begin alike or have a slip in them are left out where better ones are there.
 * @param seen resources that the source holds: they can be meant though no table knows them, and go first among equals
 */
export function nearResources(name: string, seen: Iterable<string>): readonly string[] {
  const wanted = name.toLowerCase();
  const held = new Set(seen);
  const all = new Set([...held, ...BUILT_IN_TABLE.map(([, resource]) => resource)]);
  all.delete(name);
  const near = [...all].flatMap((resource): Candidate[] => {
    const rank = nearness(plural(wanted), plural(resource));
    return rank === null
      ? []
      : [{ resource, seen: held.has(resource), rank, distance: editDistance(wanted, resource) }];
  });
  const sure = near.filter(({ rank }) => rank <= SINGULAR);
  return (sure.length > 0 ? sure : near)
    .sort(byNearness)
    .slice(0, MOST)
    .map(({ resource }) => resource);
}

function plural(resource: string): string {
  const dot = resource.indexOf(".");
  return dot === -1 ? resource : resource.slice(0, dot);
}

function nearness(wanted: string, candidate: string): number | null {
  if (wanted === candidate) return SAME_PLURAL;
  if ([`${wanted}s`, `${wanted}es`, wanted.replace(/y$/, "ies")].includes(candidate)) return SINGULAR;
  const distance = editDistance(wanted, candidate);
  if (distance <= Math.min(2, Math.floor(wanted.length / 3))) return SLIP + distance;
  return wanted.length >= SHORTEST_BEGINNING && candidate.startsWith(wanted) ? BEGINNING : null;
}

function byNearness(left: Candidate, right: Candidate): number {
  return (
    left.rank - right.rank ||
    Number(right.seen) - Number(left.seen) ||
    left.distance - right.distance ||
    (left.resource < right.resource ? -1 : 1)
  );
}
