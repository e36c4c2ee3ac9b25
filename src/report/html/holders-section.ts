import type { AuditResult, StateCounts } from "../../model/audit-result.ts";
import { STATES } from "../../model/value-class.ts";
import { countOf, formatCount } from "../numbers.ts";
import { bar, type Look, type LookWords, legend, lookOf } from "./bar.ts";
import { type DataColumn, dataTable } from "./data-table.ts";
import { type Markup, type MarkupValue, markup } from "./markup.ts";

/** Who holds values: a resource or a namespace. */
interface Holder {
  readonly name: string;
  readonly isAudited: boolean;
  readonly counts: StateCounts;
}

/** Live values by resource and state. */
export function resourcesChart({ summary }: AuditResult): Markup | null {
  const holders = summary.resources.map(({ resource, audited, counts }) => ({
    name: resource,
    isAudited: audited,
    counts,
  }));
  holders.sort((a, b) => Number(b.isAudited) - Number(a.isAudited));
  return chart(
    "Live values by resource",
    "Resource",
    holders,
    holders.some(({ isAudited }) => !isAudited),
  );
}

/** Live values of audited resources by namespace and state. */
export function namespacesChart({ summary: { namespaces } }: AuditResult): Markup | null {
  const { listed, others } = namespaces;
  const holders = listed.map(({ namespace, counts }) => ({
    name: namespace ?? "(no namespace)",
    isAudited: true,
    counts,
  }));
  if (others.counts.total > 0) {
    const rest = others.namespaces === null ? "all others" : countOf(others.namespaces, "other");
    holders.push({ name: `(${rest})`, isAudited: true, counts: others.counts });
  }
  return chart("Live values of audited resources by namespace", "Namespace", holders, false);
}

function chart(caption: string, title: string, holders: readonly Holder[], tellsAudited: boolean): Markup | null {
  if (holders.length === 0) return null;
  const most = Math.max(...holders.map(({ counts }) => counts.total), 1);
  const states = STATES.filter((state) => {
    return state === "plaintext" || state === "encrypted" || holders.some(({ counts }) => counts[state] > 0);
  });
  const columns: DataColumn[] = [
    { title, kind: "code" },
    { title: "Values", kind: "picture" },
    ...(tellsAudited ? [{ title: "Audited", kind: "text" } as const] : []),
    ...states.map((state) => ({ title: STATE_TITLES[state], kind: "number" }) as const),
    { title: "Total", kind: "number" },
  ];
  const rows = holders.map(({ name, isAudited, counts }): MarkupValue[] => [
    name,
    bar(
      name,
      states.map((state) => ({
        look: lookOf(state, isAudited),
        count: counts[state],
        words: STATE_TITLES[state].toLowerCase(),
      })),
      most,
    ),
    ...(tellsAudited ? [isAudited ? "yes" : "counted only"] : []),
    ...states.map((state) => stateCell(counts[state], state !== "encrypted" && isAudited)),
    formatCount(counts.total),
  ]);
  return markup`<figure>
${dataTable(caption, columns, rows)}${legend(STATE_LOOKS, looksOf(holders))}</figure>
`;
}

const STATE_TITLES = {
  plaintext: "Not encrypted",
  encrypted: "Encrypted",
  malformed: "Malformed",
  unknown: "Unknown",
} as const;

function stateCell(count: number, isFault: boolean): MarkupValue {
  if (count === 0) return "–";
  return isFault ? markup`<strong class="no">${formatCount(count)}</strong>` : formatCount(count);
}

const STATE_LOOKS: LookWords = [
  ["plaintext", "not encrypted"],
  ["encrypted", "encrypted"],
  ["other", "malformed or unknown"],
  ["counted", "not encrypted, counted only"],
];

function looksOf(holders: readonly Holder[]): readonly Look[] {
  return holders.flatMap(({ counts, isAudited }) =>
    STATES.filter((state) => counts[state] > 0).map((state) => lookOf(state, isAudited)),
  );
}
