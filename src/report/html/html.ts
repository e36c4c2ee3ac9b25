import type { AuditResult } from "../../model/audit-result.ts";
import { escapeForTerminal } from "../escape.ts";
import type { Reporter } from "../reporter.ts";
import { sourcePlace } from "../source-place.ts";
import { TextChunks } from "../text-chunks.ts";
import { aboutSection } from "./about-section.ts";
import { patterns } from "./bar.ts";
import { configurationsSection } from "./configurations-section.ts";
import { controlsSection } from "./controls-section.ts";
import { type Section, sectionMarkup } from "./data-table.ts";
import type { FindingRow } from "./finding-data.ts";
import { FindingGroups } from "./finding-groups.ts";
import { findingsSection, STATIC_ROWS } from "./findings-section.ts";
import { fleetSection } from "./fleet-section.ts";
import { namespacesChart, resourcesChart } from "./holders-section.ts";
import { keysChart } from "./keys-section.ts";
import { kindsSection } from "./kinds-section.ts";
import { Markup, markup } from "./markup.ts";
import { masthead, pageTitle, verdictWord } from "./masthead.ts";
import { type PageAssets, pageAssets } from "./page-assets.ts";
import { rotationSection } from "./rotation-section.ts";
import { scopeSection } from "./scope-section.ts";
import { timelineChart } from "./timeline-chart.ts";

/**
 * One page for people to read, print and file: it loads nothing and sends nothing. The findings come first in the file,
 * as data that nobody sees, so that one reading of them is enough for all that the page tells of them.
 */
export const html: Reporter = {
  async write(result, out) {
    const assets = await pageAssets();
    const chunks = new TextChunks(out);
    await chunks.add(pageHead(result, assets).text);
    const groups = new FindingGroups(result.sources);
    const first: FindingRow[] = [];
    await chunks.add('<script type="application/json" id="finding-rows">[');
    let separator = "\n";
    for (const finding of result.findings()) {
      const row = groups.rowOf(finding);
      if (first.length < STATIC_ROWS) first.push(row);
      const pending = chunks.add(separator + jsonInScript(row));
      if (pending !== undefined) await pending;
      separator = ",\n";
    }
    await chunks.add(
      `\n]</script>\n<script type="application/json" id="finding-groups">${groupData(result, groups)}</script>\n`,
    );
    await chunks.add(pageBody(result, groups, first, assets).text);
    await chunks.flush();
  },
};

function pageHead(result: AuditResult, { securityPolicy, styleSheet }: PageAssets): Markup {
  return markup`<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${new Markup(securityPolicy)}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="referrer" content="no-referrer">
<meta name="robots" content="noindex">
<title>${verdictWord(result)}: ${pageTitle(result)}</title>
<style>${new Markup(styleSheet)}</style>
`;
}

function pageBody(
  result: AuditResult,
  { groups }: FindingGroups,
  first: readonly FindingRow[],
  { script }: PageAssets,
): Markup {
  const sections = [
    fleetSection(result),
    scopeSection(result),
    rotationSection(result),
    chartsSection(result),
    kindsSection(groups),
    findingsSection(first, groups, result.sources.length),
    configurationsSection(result),
    controlsSection(result),
    aboutSection(result),
  ].filter((section) => section !== null);
  return markup`</head>
<body>
<a class="skip" href="#findings">Skip to the findings</a>
${patterns()}${masthead(result)}<nav aria-label="Contents"><ul>${sections.map(({ id, title }) => markup`<li><a href="#${id}">${title}</a></li>`)}</ul></nav>
<main>
${sections.map(sectionMarkup)}</main>
<script>${new Markup(script)}</script>
</body>
</html>
`;
}

function chartsSection(result: AuditResult): Section | null {
  const charts = [keysChart(result), timelineChart(result), resourcesChart(result), namespacesChart(result)];
  const shown = charts.filter((chart) => chart !== null);
  return shown.length === 0 ? null : { id: "stored", title: "How values are stored", body: markup`${shown}` };
}

function groupData({ sources }: AuditResult, { groups }: FindingGroups): string {
  return jsonInScript({ sources: sources.map((source) => escapeForTerminal(sourcePlace(source))), groups });
}

/** JSON that can't end the script element it stands in (HTML, 4.12.1.3). */
function jsonInScript(value: object): string {
  return JSON.stringify(value).replaceAll("<", "\\u003c");
}
