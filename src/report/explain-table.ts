import type { KeyEvent, KeyEventKind, KeyEventPlace, KeyHistory } from "../model/key-history.ts";
import { keyText } from "../model/key-reference.ts";
import { escapeForTerminal, keyLine } from "./escape.ts";
import { type GridColumn, renderGrid } from "./grid.ts";
import { lineWidths } from "./line-widths.ts";
import { countOf } from "./numbers.ts";
import { type Paint, paintFor } from "./paint.ts";
import { listWords, wrapProse } from "./prose.ts";
import type { ReportOptions, ReportOutput } from "./reporter.ts";

/** The history of a key for people: one row a write, oldest first. Nothing where no write was found. */
export function writeHistoryTable(
  history: KeyHistory,
  out: ReportOutput,
  options: ReportOptions,
): Promise<void> | undefined {
  if (history.events.length === 0) return undefined;
  const { grid: width } = lineWidths(options);
  const paint = paintFor(options.color);
  const grid = renderGrid(
    columnsOf(paint),
    history.events.map((event) => cellsOf(event, history.source.path)),
    width,
    paint.heading,
    "-o json gives them",
  );
  const notes = notesOf(history).map((note) => wrapProse(note, width));
  return out.write(`${[paint.heading(keyLine(history.key).text), grid, ...notes].join("\n\n")}\n`);
}

function columnsOf({ bad, good }: Paint): readonly GridColumn[] {
  const paint = (text: string) => (text === "plaintext" ? bad(text) : text === "encrypted" ? good(text) : text);
  return [
    { title: "REVISION", kind: "number" },
    { title: "WHAT", kind: "word" },
    { title: "BYTES", kind: "number" },
    { title: "STATE", kind: "word", paint },
    { title: "KEY", kind: "name" },
    { title: "WHERE", kind: "name" },
  ];
}

function cellsOf({ kind, revision, size, valueClass, places }: KeyEvent, folder: string | null): readonly string[] {
  return [
    revision === null ? "-" : String(revision),
    KIND_WORDS[kind],
    size === null ? "-" : String(size),
    valueClass?.state ?? "-",
    valueClass === null || valueClass.state === "plaintext" ? "-" : escapeForTerminal(keyWithVersion(valueClass)),
    places.length === 0 ? "-" : places.map((place) => placeText(place, folder)).join("; "),
  ];
}

const KIND_WORDS = {
  create: "created",
  change: "changed",
  delete: "deleted",
  put: "put",
} as const satisfies Record<KeyEventKind, string>;

function keyWithVersion(valueClass: Parameters<typeof keyText>[0] & { readonly kekVersion: string | null }): string {
  const { kekVersion } = valueClass;
  return keyText(valueClass) + (kekVersion === null ? "" : ` (${kekVersion})`);
}

function placeText({ location, file, offset, count }: KeyEventPlace, folder: string | null): string {
  if (location === "head" || location === "history") return location;
  const name = file === null ? "" : ` ${escapeForTerminal(within(folder, file))}`;
  const where = offset === null ? "" : ` at byte ${offset}`;
  return `${PLACE_WORDS[location]}${name}${where}${count > 1 ? ` and ${count - 1} more` : ""}`;
}

/** A file by its path in the folder that was named. */
function within(folder: string | null, file: string): string {
  const start = folder === null ? "" : folder.replace(/\/*$/, "/");
  return file.startsWith(start) ? file.slice(start.length) : file;
}

const PLACE_WORDS = { "free-page": "freed page", "file-tail": "file's tail", wal: "WAL" } as const;

function notesOf({ source, events }: KeyHistory): readonly string[] {
  const { compactRevision, readsHistory, readsFreePages, readsTail, readsWal, kind } = source;
  const missing = [
    ...(readsHistory ? [] : ["superseded revisions"]),
    ...(readsFreePages ? [] : ["freed pages"]),
    ...(readsTail || kind === "live" ? [] : ["the file's tail"]),
    ...(readsWal || kind === "snapshot" ? [] : ["the WAL"]),
  ];
  const puts = events.filter((event) => event.kind === "put").length;
  const isLive = events.some(({ places }) => places.some(({ location }) => location === "head"));
  return [
    ...(isLive ? [] : ["The key has no live value in this source."]),
    ...(compactRevision === null || compactRevision === 0
      ? []
      : [
          `The store was compacted up to revision ${compactRevision}: of older writes only the newest is stored, and of others what is left in freed bytes.`,
        ]),
    ...(puts === 0
      ? []
      : [`${countOf(puts, "put")} of the WAL ${puts === 1 ? "is" : "are"} no stored revision, or no longer one.`]),
    ...(missing.length === 0 ? [] : [`Not looked at: ${listWords(missing)}.`]),
  ];
}
