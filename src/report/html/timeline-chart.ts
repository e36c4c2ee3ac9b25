import type { AuditResult } from "../../model/audit-result.ts";
import type { Provider } from "../../model/value-class.ts";
import { countOf, formatCount } from "../numbers.ts";
import { type Look, legend, PLACE_LOOKS, percent } from "./bar.ts";
import { dataTable } from "./data-table.ts";
import { type Markup, type MarkupValue, markup } from "./markup.ts";
import { type Timeline, type TimelineRow, timelineOf } from "./timeline.ts";

/** Pixels. */
const STRIP_HEIGHT = 46;
const LEAST_HEIGHT = 3;
const AXIS_HEIGHT = 20;
/** Keys that the picture shows; of more it would tell nothing. */
const MOST_ROWS = 40;

/** When each key wrote what is still stored: a rotation is where one key ends and another begins. */
export function timelineChart(result: AuditResult): Markup | null {
  const timeline = timelineOf(result.summary.keys);
  if (timeline === null) return null;
  const shown = timeline.rows.slice(0, MOST_ROWS);
  const compaction = compactionMark(result, timeline);
  const highest = Math.max(...shown.flatMap(({ head, history }) => head.map((count, i) => count + (history[i] ?? 0))));
  const rows = shown.map((row): MarkupValue[] => [
    row.label,
    strip(row, timeline, highest, compaction),
    formatCount(sum(row.head)),
    formatCount(sum(row.history)),
    `${row.firstWrite} to ${row.lastWrite}`,
  ]);
  rows.push(["revision", axis(timeline, compaction), "", "", ""]);
  const looks = shown.flatMap(({ provider, head, history }) => [
    ...(sum(head) > 0 ? [looksOf(provider).live] : []),
    ...(sum(history) > 0 ? [looksOf(provider).superseded] : []),
  ]);
  const left = timeline.rows.length - shown.length;
  return markup`<figure class="timeline">
${dataTable(
  "Timeline of revisions by key",
  [
    { title: "Provider and key", kind: "code" },
    { title: "Writes that are still stored", kind: "picture" },
    { title: "Live", kind: "number" },
    { title: "Superseded", kind: "number" },
    { title: "Revisions", kind: "number" },
  ],
  rows,
)}${legend(PLACE_LOOKS, looks)}<figcaption>Each column is ${countOf(timeline.width, "revision")} wide and grows with the square root of its count. etcd stores no times: revisions are its clock.${left === 0 ? "" : ` ${countOf(left, "more key")} not shown: -o json has all.`}</figcaption>
</figure>
`;
}

function looksOf(provider: Provider | null): { readonly live: Look; readonly superseded: Look } {
  if (provider === "identity") return { live: "plaintext", superseded: "superseded-plaintext" };
  return { live: provider === null ? "other" : "encrypted", superseded: "superseded" };
}

/** Where the compact revision lies in the picture, as a percentage; null where it does not, or there is more than one. */
function compactionMark(
  { sources }: AuditResult,
  { start, width, columns }: Timeline,
): { at: number; revision: number } | null {
  const [only] = sources;
  const revision = sources.length === 1 ? (only?.compactRevision ?? 0) : 0;
  if (revision < start || revision >= start + width * columns) return null;
  return revision === 0 ? null : { at: ((revision - start) / (width * columns)) * 100, revision };
}

function strip(row: TimelineRow, { columns }: Timeline, highest: number, compaction: { at: number } | null): Markup {
  const step = 100 / columns;
  const looks = looksOf(row.provider);
  const rects = row.head.flatMap((live, index) => {
    const superseded = row.history[index] ?? 0;
    const total = live + superseded;
    if (total === 0) return [];
    const height = Math.max(LEAST_HEIGHT, Math.sqrt(total / highest) * (STRIP_HEIGHT - 4));
    const liveHeight = (live / total) * height;
    const at = { x: percent(index * step), width: percent(step) };
    return [
      column(looks.live, at, STRIP_HEIGHT - liveHeight, liveHeight),
      column(looks.superseded, at, STRIP_HEIGHT - height, height - liveHeight),
    ];
  });
  return markup`<svg class="strip" role="img" width="100%" height="${STRIP_HEIGHT}"><title>${row.label}</title><desc>${stripWords(row)}</desc>${compactionLine(compaction)}<line class="base" x2="100%" y1="${STRIP_HEIGHT - 0.5}" y2="${STRIP_HEIGHT - 0.5}"/>${rects}</svg>`;
}

function column(look: Look, at: { x: string; width: string }, y: number, height: number): Markup | null {
  if (height === 0) return null;
  return markup`<rect class="${look}" x="${at.x}" width="${at.width}" y="${tenths(y)}" height="${tenths(height)}"/>`;
}

function stripWords({ head, history, firstWrite, lastWrite }: TimelineRow): string {
  return `${countOf(sum(head), "live value")} and ${countOf(sum(history), "superseded revision")}, written from revision ${firstWrite} to ${lastWrite}`;
}

function compactionLine(compaction: { at: number } | null): Markup | null {
  if (compaction === null) return null;
  const at = percent(compaction.at);
  return markup`<line class="compaction" x1="${at}" x2="${at}" y1="0" y2="100%"/>`;
}

/** The first and the last revision, and the compact revision where there is one between. */
function axis({ start, width, columns }: Timeline, compaction: { at: number; revision: number } | null): Markup {
  const label =
    compaction === null
      ? null
      : markup`<text x="${percent(compaction.at)}" y="14" class="${compaction.at > 50 ? "end" : "start"}">compact revision ${compaction.revision}</text>`;
  const isLeftFree = compaction === null || compaction.at > 12;
  const isRightFree = compaction === null || compaction.at < 88;
  return markup`<svg class="axis" aria-hidden="true" width="100%" height="${AXIS_HEIGHT}">${compactionLine(compaction)}${
    isLeftFree ? markup`<text x="0" y="14">${start}</text>` : null
  }${isRightFree ? markup`<text x="100%" y="14" class="end">${start + width * columns - 1}</text>` : null}${label}</svg>`;
}

function sum(counts: readonly number[]): number {
  return counts.reduce((total, count) => total + count, 0);
}

function tenths(pixels: number): number {
  return Math.round(pixels * 10) / 10;
}
