import type { AuditResult, Verdict } from "../../model/audit-result.ts";
import { LEVELS } from "../../model/finding.ts";
import { ANSWER_WORDS } from "../answer-words.ts";
import { auditedValues } from "../audited-values.ts";
import { notLookedAt } from "../not-looked-at.ts";
import { countOf, formatCount } from "../numbers.ts";
import { paintFor } from "../paint.ts";
import { listWords } from "../prose.ts";
import { incompleteReasonLines } from "../report-head.ts";
import { configurationMeaning } from "../table-configurations.ts";
import { answerLine, answerMeaning } from "../table-rotation.ts";
import { isoSeconds } from "../table-source.ts";
import { meaningInNumbers } from "../table-verdict.ts";
import { Markup, type MarkupValue, markup } from "./markup.ts";

/** A sign for each verdict: a tick, a cross, a question mark. The word stands beside it. */
const SIGNS = {
  pass: new Markup('<path d="M5 12.5l4.5 4.5L19 7.5"/>'),
  fail: new Markup('<path d="M6.5 6.5l11 11M17.5 6.5l-11 11"/>'),
  incomplete: new Markup('<path d="M8.5 9a3.5 3.5 0 1 1 5.2 3c-1.2.7-1.7 1.2-1.7 2.5M12 18v.2"/>'),
} satisfies Record<Verdict, Markup>;

/** What the page is of, the verdict and what it means, and what was not looked at. */
export function masthead(result: AuditResult): Markup {
  const { verdict, tool, command, startedAt } = result;
  return markup`<header class="masthead">
<p class="overline">${tool.name} ${tool.version} · ${command} · ${isoSeconds(startedAt)}</p>
<h1>${pageTitle(result)}</h1>
<div class="verdict ${verdict}">
<p class="verdict-word"><svg viewBox="0 0 24 24" width="34" height="34" aria-hidden="true">${SIGNS[verdict]}</svg>${verdictWord(result)}</p>
<div class="verdict-text">
${meaning(result)}${unseen(result)}</div>
</div>
${figures(result)}</header>
`;
}

/** The page's title: what was audited, and of which cluster. */
export function pageTitle({ command, cluster }: AuditResult): string {
  const subject = command === "lint-config" ? "Encryption configuration" : "Encryption at rest";
  return cluster === null ? subject : `${subject} of ${cluster}`;
}

/** The verdict in capitals; of `verify-rotation` the answer that the verdict follows. */
export function verdictWord({ verdict, rotation }: AuditResult): string {
  return rotation === null ? verdict.toUpperCase() : ANSWER_WORDS[rotation[rotation.decides]];
}

function meaning(result: AuditResult): Markup {
  if (result.rotation !== null) return answer(result);
  if (result.command === "lint-config") {
    return markup`<p class="meaning">${configurationMeaning(result, Number.POSITIVE_INFINITY)}</p>\n`;
  }
  const numbers = meaningInNumbers(result);
  if (result.verdict !== "incomplete") return markup`<p class="meaning">${numbers}</p>\n`;
  const reasons = result.sources.flatMap(incompleteReasonLines);
  return markup`<p class="meaning">Nothing may be concluded, since not all that was asked for was seen:</p>
<ul>${reasons.map((reason) => markup`<li>${reason}</li>`)}</ul>
<p>What was seen: ${numbers}</p>
`;
}

/** What `verify-rotation` answers, and what the answer rests on. */
function answer(result: AuditResult): Markup {
  const line = answerLine(result, paintFor(false));
  // The answer's word stands beside it already.
  const saying = line.slice(line.indexOf(": ") + 2);
  const paragraphs = [`${saying}.`, ...answerMeaning(result, Number.POSITIVE_INFINITY)];
  return markup`${paragraphs.map((text, index) => {
    const lines = text.split("\n").map((line, at) => markup`${at === 0 ? null : markup`<br>`}${line.trim()}`);
    return markup`<p${index === 0 ? markup` class="meaning"` : null}>${lines}</p>\n`;
  })}`;
}

function unseen(result: AuditResult): Markup {
  const missing = notLookedAt(result);
  if (missing.length === 0) return markup`<p class="unseen">All that this command can look at was looked at.</p>\n`;
  return markup`<p class="unseen"><strong>Not looked at:</strong> ${listWords(missing)}. Nothing is said about ${missing.length === 1 ? "it" : "them"}.</p>\n`;
}

function figures(result: AuditResult): Markup {
  const { byLevel } = result.summary.findings;
  const shown: (readonly [label: string, text: MarkupValue])[] = [];
  if (result.command !== "lint-config") {
    shown.push(
      ["live values audited", formatCount(auditedValues(result.summary, "total"))],
      ["of them encrypted", formatCount(auditedValues(result.summary, "encrypted"))],
    );
    if (result.looked.history) {
      const { total: superseded } = result.summary.areas.history;
      shown.push(["superseded revisions stored", formatCount(superseded)]);
    }
  }
  for (const level of LEVELS) {
    shown.push([countOf(byLevel[level], level).replace(/^\S+ /, ""), formatCount(byLevel[level])]);
  }
  return markup`<dl class="figures">
${shown.map(([label, text]) => markup`<div><dt>${label}</dt><dd>${text}</dd></div>\n`)}</dl>
`;
}
