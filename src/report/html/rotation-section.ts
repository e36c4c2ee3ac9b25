import type { AuditResult } from "../../model/audit-result.ts";
import { AREAS } from "../../model/location.ts";
import type { Rotation, RotationAnswer } from "../../model/rotation.ts";
import type { SourceFacts } from "../../model/source-facts.ts";
import { ANSWER_WORDS } from "../answer-words.ts";
import { formatCount } from "../numbers.ts";
import { sourcePlace } from "../source-place.ts";
import { code, dataTable, type Section } from "./data-table.ts";
import { type Markup, type MarkupValue, markup } from "./markup.ts";

/** What `verify-rotation` was asked and answers, and the ledger that the answers rest on; null for other commands. */
export function rotationSection({ rotation, sources }: AuditResult): Section | null {
  if (rotation === null) return null;
  return {
    id: "rotation",
    title: "Rotation",
    body: markup`<dl class="answers">
${answers(rotation).map(([question, answer]) => markup`<div class="answer ${answer}"><dt>${question}</dt><dd>${ANSWER_WORDS[answer]}</dd></div>\n`)}</dl>
${ledger(rotation, sources)}<p class="note">Live values and superseded revisions decide. What lies in freed pages and in the WAL is counted, and never a reason.</p>
`,
  };
}

function answers({ question, removeFromConfig, destroyKey }: Rotation): [question: Markup, answer: RotationAnswer][] {
  if (question.kind === "next") {
    return [[markup`May the configuration ${code(question.path)} be put in force?`, removeFromConfig]];
  }
  return [
    [markup`May ${code(question.key)} be removed from the configuration?`, removeFromConfig],
    [markup`May ${code(question.key)} be destroyed?`, destroyKey],
  ];
}

function ledger({ ledger: rows }: Rotation, sources: readonly SourceFacts[]): Markup {
  return dataTable(
    "Rotation ledger: values under each key, by source",
    [
      { title: "Key", kind: "code" },
      { title: "Source", kind: "code" },
      { title: "Live", kind: "number" },
      { title: "Superseded", kind: "number" },
      { title: "Freed", kind: "number" },
      { title: "WAL", kind: "number" },
    ],
    rows.map(({ key, source, counts }): MarkupValue[] => [
      key,
      sourceName(sources, source),
      ...AREAS.map((area) => (counts[area] === 0 ? "–" : formatCount(counts[area]))),
    ]),
  );
}

function sourceName(sources: readonly SourceFacts[], index: number): string {
  const source = sources[index];
  const place = source === undefined ? "" : sourcePlace(source);
  return sources.length === 1 ? place : `${index + 1}: ${place}`;
}
