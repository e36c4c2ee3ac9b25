import type { AuditResult } from "../model/audit-result.ts";
import { AREAS } from "../model/location.ts";
import { ANSWER_WORDS } from "./answer-words.ts";
import type { MarkdownSection } from "./markdown-page.ts";
import { markdownCell, markdownName } from "./markdown-text.ts";
import { formatCount } from "./numbers.ts";

/** What `verify-rotation` answers, and the ledger that the answers rest on; nothing for other commands. */
export function rotationSection({ rotation }: AuditResult): MarkdownSection {
  if (rotation === null) return { head: "", rows: [], rest: "" };
  const { question, removeFromConfig, destroyKey, ledger } = rotation;
  const answers =
    question.kind === "retire"
      ? [
          `Remove ${markdownName(question.key)} from the configuration: **${ANSWER_WORDS[removeFromConfig]}**`,
          `Destroy it: **${ANSWER_WORDS[destroyKey]}**`,
        ]
      : [`Put ${markdownName(question.path)} in force: **${ANSWER_WORDS[removeFromConfig]}**`];
  const rows = ledger.map(({ key, source, counts }) => {
    return `| ${markdownCell(key)} | ${source} | ${AREAS.map((area) => formatCount(counts[area])).join(" | ")} |`;
  });
  const table = "\n\n| Needs | Source | Live | Superseded | Freed | WAL |\n| --- | ---: | ---: | ---: | ---: | ---: |";
  return { head: `${answers.join("\n\n")}${rows.length === 0 ? "" : table}`, rows, rest: "`-o json`" };
}
