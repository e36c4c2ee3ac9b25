import type { AuditResult } from "../../model/audit-result.ts";
import type { Area } from "../../model/location.ts";
import { keyLabel } from "../key-label.ts";
import { formatCount } from "../numbers.ts";
import { mergeByKey } from "../report-head.ts";
import { bar, type Look, legend, PLACE_LOOKS } from "./bar.ts";
import { type DataColumn, dataTable } from "./data-table.ts";
import { type Markup, type MarkupValue, markup } from "./markup.ts";

type ByKey = ReturnType<typeof mergeByKey>[number];

interface ShownArea {
  readonly area: Area;
  readonly title: string;
  readonly words: string;
}

/** All values in scope by provider and key, as bars and in numbers. */
export function keysChart(result: AuditResult): Markup | null {
  const uses = mergeByKey(result.summary.keys);
  if (uses.length === 0) return null;
  const areas = shownAreas(result);
  const most = Math.max(...uses.map((use) => areas.reduce((sum, { area }) => sum + use[area], 0)), 1);
  const columns: DataColumn[] = [
    { title: "Provider and key", kind: "code" },
    { title: "Values", kind: "picture" },
    ...areas.map(({ title }) => ({ title, kind: "number" }) as const),
    { title: "First write", kind: "number" },
    { title: "Last write", kind: "number" },
  ];
  const rows = uses.map((use): MarkupValue[] => [
    keyLabel(use),
    bar(
      keyLabel(use),
      areas.map(({ area, words }) => ({ look: lookIn(area, use), count: use[area], words })),
      most,
    ),
    ...areas.map(({ area }) => (use[area] === 0 ? "–" : formatCount(use[area]))),
    use.firstWrite ?? "–",
    use.lastWrite ?? "–",
  ]);
  return markup`<figure>
${dataTable("Values by provider and key", columns, rows)}${legend(PLACE_LOOKS, looksOf(uses, areas))}<figcaption>All values in scope, whether or not their resource is audited. First and last write are revisions.</figcaption>
</figure>
`;
}

function shownAreas({ looked }: AuditResult): ShownArea[] {
  const areas: (ShownArea & { readonly isShown: boolean })[] = [
    { area: "head", title: "Live", words: "live", isShown: looked.head },
    { area: "history", title: "Superseded", words: "superseded", isShown: looked.history },
    { area: "residue", title: "Freed", words: "in freed pages", isShown: looked.freePages || looked.tail },
    { area: "wal", title: "WAL", words: "in the WAL", isShown: looked.wal },
  ];
  return areas.filter(({ isShown }) => isShown);
}

function lookIn(area: Area, { provider }: ByKey): Look {
  if (area === "head") return provider === null ? "other" : provider === "identity" ? "plaintext" : "encrypted";
  const look = area === "history" ? "superseded" : area === "residue" ? "freed" : "wal";
  return provider === "identity" ? `${look}-plaintext` : look;
}

function looksOf(uses: readonly ByKey[], areas: readonly ShownArea[]): readonly Look[] {
  return uses.flatMap((use) => areas.filter(({ area }) => use[area] > 0).map(({ area }) => lookIn(area, use)));
}
