import { lineWidths } from "./line-widths.ts";
import { paintFor } from "./paint.ts";
import type { Reporter, ReportOutput } from "./reporter.ts";
import {
  configurationFacts,
  configurationFindings,
  configurationMeaning,
  configurationRules,
} from "./table-configurations.ts";
import { digestFindings, otherSection, plaintextSection } from "./table-findings.ts";
import { fleetParagraphs } from "./table-fleet.ts";
import { answerLine, answerMeaning, ledgerGrid } from "./table-rotation.ts";
import { sourceFacts } from "./table-source.ts";
import { keySummary, resourceSummary } from "./table-summary.ts";
import { policyLine, verdictLine, verdictMeaning } from "./table-verdict.ts";

/** For people: the verdict first, then what it means, what was looked at, the counts, and what to do. */
export const table: Reporter = {
  async write(result, out, options) {
    const { grid, prose } = lineWidths(options);
    const paint = paintFor(options.color);
    if (result.command === "lint-config") {
      await writeParagraphs(out, [
        verdictLine(result, paint),
        configurationMeaning(result, prose),
        ...policyLine(result, prose),
        configurationFacts(result, prose, paint),
        ...configurationFindings(result, prose, paint),
        ...configurationRules(result, grid, paint),
      ]);
      return;
    }
    if (result.clusters !== undefined) {
      await writeParagraphs(out, fleetParagraphs(result, result.clusters, grid, prose, paint));
      return;
    }
    const digest = digestFindings(result);
    if (result.rotation !== null) {
      await writeParagraphs(out, [
        answerLine(result, paint),
        ...answerMeaning(result, prose),
        ...ledgerGrid(result, grid, paint),
        ...otherSection(digest, prose, paint),
      ]);
      return;
    }
    await writeParagraphs(out, [
      verdictLine(result, paint),
      ...verdictMeaning(result, prose),
      ...policyLine(result, prose),
      sourceFacts(result, prose, paint),
      ...resourceSummary(result, grid, paint),
      ...keySummary(result, grid, paint),
      ...plaintextSection(digest, prose, paint),
      ...otherSection(digest, prose, paint),
    ]);
  },
};

function writeParagraphs(out: ReportOutput, paragraphs: readonly string[]): Promise<void> | undefined {
  return out.write(`${paragraphs.filter((paragraph) => paragraph !== "").join("\n\n")}\n`);
}
