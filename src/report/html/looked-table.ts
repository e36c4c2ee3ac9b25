import type { AuditResult, Looked } from "../../model/audit-result.ts";
import { notLookedAt } from "../not-looked-at.ts";
import { countOf } from "../numbers.ts";
import { dataTable } from "./data-table.ts";
import { type Markup, type MarkupValue, markup } from "./markup.ts";

/** Each thing that can be looked at: its name in a verdict's first line, its field, and what it would show. */
const PLACES = [
  ["live values", "head", "the values that the API server reads now"],
  ["superseded revisions", "history", "older revisions that compaction has not removed"],
  ["freed pages", "freePages", "what was removed, until its bytes are overwritten"],
  ["file tail", "tail", "bytes beyond the last page in use"],
  ["WAL", "wal", "writes as they came in, before they reached the database"],
  ["configuration", "configuration", "which provider and key the API server writes with"],
  ["KMS key in force", "kmsCurrent", "the key ID under which the KMS plugin writes now"],
] as const satisfies readonly (readonly [name: string, field: keyof Looked, shows: string])[];

/** What was looked at and what was not, and what each of them would tell. */
export function lookedTable(result: AuditResult): Markup {
  if (result.command === "lint-config") return markup``;
  const missing = notLookedAt(result);
  const rows: MarkupValue[][] = PLACES.map(([name, field, shows]) => [
    name,
    answer(result.looked[field], missing.includes(name)),
    shows,
  ]);
  rows.push(["decryption", decryption(result.looked), "whether values open under a key that was given"]);
  return dataTable(
    "What was looked at",
    [
      { title: "Where", kind: "text" },
      { title: "Looked at", kind: "text" },
      { title: "What it shows", kind: "text" },
    ],
    rows,
  );
}

function answer(isLooked: boolean, isMissing: boolean): Markup {
  if (isLooked) return markup`yes`;
  return isMissing ? markup`<strong class="no">no</strong>` : markup`does not apply`;
}

function decryption({ decrypted: { verified, plausible, notVerifiable } }: Looked): string {
  const parts = [
    [verified, "verified"],
    [plausible, "plausible"],
    [notVerifiable, "not tried or not verifiable"],
  ] as const;
  const present = parts.filter(([count]) => count > 0);
  return present.length === 0
    ? "no encrypted value"
    : present.map(([count, word]) => `${countOf(count, "value")} ${word}`).join(", ");
}
