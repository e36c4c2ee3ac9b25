import { FINDING_KINDS, type FindingKind, POLICY_LEVELS, type PolicyLevel } from "../../model/finding.ts";
import { pageOf } from "../finding-page.ts";
import { formatCount } from "../numbers.ts";
import { summaryOf } from "../words.ts";
import { type Section, withCommands } from "./data-table.ts";
import type { CountedGroup } from "./finding-groups.ts";
import { type Markup, markup } from "./markup.ts";

/** Different remedies that are shown for one kind; they differ in a resource's name or a source's kind. */
const MOST_REMEDIES = 4;

/** Findings of one kind and level. */
interface Sort {
  readonly kind: FindingKind;
  readonly level: PolicyLevel;
  count: number;
  readonly remedies: Set<string>;
  /** What the only finding says; null where there are more. */
  message: string | null;
}

/** What was found, kind by kind, and what to do about it. */
export function kindsSection(groups: readonly CountedGroup[]): Section {
  const sorts = sortsOf(groups);
  const body =
    sorts.length === 0
      ? markup`<p>Nothing was found.</p>\n`
      : markup`<div class="kinds">\n${sorts.map(sortMarkup)}</div>\n`;
  return { id: "kinds", title: "What was found, and what to do", body };
}

/** The mark of a level: a word in a frame, as heavy as the level is. */
export function levelMark(level: PolicyLevel): Markup {
  return markup`<span class="level ${level}">${level}</span>`;
}

function sortMarkup({ kind, level, count, remedies, message }: Sort): Markup {
  const shown = [...remedies].slice(0, MOST_REMEDIES);
  const left = remedies.size - shown.length;
  return markup`<article>
<h3>${levelMark(level)} <code>${kind}</code> <span class="count">${formatCount(count)}</span></h3>
<p>${message ?? sentence(summaryOf(kind, count))}.</p>
${shown.map((remedy) => markup`<p class="remedy"><b>To do:</b> ${withCommands(remedy)}</p>\n`)}${
  left === 0
    ? null
    : markup`<p class="remedy">What to do for ${left} more resources or sources: in the findings below.</p>\n`
}<p class="remedy"><b>More:</b> ${pageOf(kind)}</p>
</article>
`;
}

function sentence(words: string): string {
  return words.slice(0, 1).toUpperCase() + words.slice(1);
}

function sortsOf(groups: readonly CountedGroup[]): Sort[] {
  const sorts = new Map<string, Sort>();
  for (const { kind, level, count, remediation, message } of groups) {
    const id = `${kind} ${level}`;
    const sort = sorts.get(id) ?? { kind, level, count: 0, remedies: new Set<string>(), message: null };
    sorts.set(id, sort);
    sort.message = sort.count === 0 && count === 1 && !message.match(/[\uE000-\uE002]/) ? message : null;
    sort.count += count;
    sort.remedies.add(remediation);
  }
  return [...sorts.values()].sort(
    (a, b) => rank(a.level) - rank(b.level) || FINDING_KINDS.indexOf(a.kind) - FINDING_KINDS.indexOf(b.kind),
  );
}

function rank(level: PolicyLevel): number {
  return POLICY_LEVELS.indexOf(level);
}
