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

/** For a file or a pipe: what fits a mail or a ticket. */
const UNKNOWN_COLUMNS = 80;
const FEWEST_COLUMNS = 40;
/** Longer lines of prose are hard to read, however wide the terminal is. */
const PROSE_COLUMNS = 100;

/** For people: the verdict first, then what it means, what was looked at, the counts, and what to do. */
export const table: Reporter = {
  needs: { findings: true, values: false },
  async write(result, out, options) {
    const columns = Math.max(FEWEST_COLUMNS, options.columns ?? UNKNOWN_COLUMNS);
    const prose = Math.min(columns, PROSE_COLUMNS);
    const paint = paintFor(options.color);
    if (result.command === "lint-config") {
      await writeParagraphs(out, [
        verdictLine(result, paint),
        configurationMeaning(result, prose),
        ...policyLine(result, prose),
        configurationFacts(result, prose, paint),
        ...configurationFindings(result, prose, paint),
        ...configurationRules(result, columns, paint),
      ]);
      return;
    }
    if (result.clusters !== undefined) {
      await writeParagraphs(out, fleetParagraphs(result, result.clusters, columns, prose, paint));
      return;
    }
    const digest = digestFindings(result);
    if (result.rotation !== null) {
      await writeParagraphs(out, [
        answerLine(result, paint),
        ...answerMeaning(result, prose),
        ...ledgerGrid(result, columns, paint),
        ...otherSection(digest, prose, paint),
      ]);
      return;
    }
    await writeParagraphs(out, [
      verdictLine(result, paint),
      ...verdictMeaning(result, prose),
      ...policyLine(result, prose),
      sourceFacts(result, prose, paint),
      ...resourceSummary(result, columns, paint),
      ...keySummary(result, columns, paint),
      ...plaintextSection(digest, prose, paint),
      ...otherSection(digest, prose, paint),
    ]);
  },
};

function writeParagraphs(out: ReportOutput, paragraphs: readonly string[]): Promise<void> | undefined {
  return out.write(`${paragraphs.filter((paragraph) => paragraph !== "").join("\n\n")}\n`);
}
