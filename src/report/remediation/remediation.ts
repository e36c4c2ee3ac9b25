import type { AuditResult } from "../../model/audit-result.ts";
import type { Reporter } from "../reporter.ts";
import { TextChunks } from "../text-chunks.ts";
import { afterwards, beforeYouRun, forPeople, head, nothingToDo, outOfReach } from "./notes.ts";
import { type Plan, planOf } from "./plan.ts";
import { deletionLines, rewriteLines, unreachableLines } from "./script-lines.ts";
import {
  COMMAND_LINE,
  COMPACT_FUNCTION,
  DEFRAGMENT_FUNCTION,
  ETCD_FUNCTIONS,
  REWRITE_FUNCTIONS,
  RUN_FUNCTION,
  SUMMARY,
} from "./shell-functions.ts";
import { heading } from "./shell-text.ts";

/**
 * A POSIX shell script that does what the findings ask for, to be reviewed before it is run: it shows what it would do
 * until it is told `--apply`. It rewrites objects through kubectl, compacts and defragments etcd; what destroys data
 * is in it as a comment only. Every name in a command is one that the API server itself would take.
 */
export const remediation: Reporter = {
  async write(result, out) {
    const chunks = new TextChunks(out);
    for (const part of script(result, planOf(result))) {
      const pending = chunks.add(part);
      if (pending !== undefined) await pending;
    }
    await chunks.flush();
  },
};

function* script(result: AuditResult, plan: Plan): Iterable<string> {
  const { steps, deletions, restartFirst } = plan;
  yield head(result, plan);
  if (steps.size === 0 && deletions === 0) {
    yield forPeople(plan);
    yield outOfReach(result, plan);
    yield* unreachableLines(result, plan);
    yield nothingToDo(result, plan);
    return;
  }
  yield beforeYouRun(plan);
  yield forPeople(plan);
  yield `\nrestart_first=${restartFirst.keptKeyId || restartFirst.writersDisagree ? "yes" : "no"}`;
  yield COMMAND_LINE;
  if (steps.has("rewrite")) yield REWRITE_FUNCTIONS;
  if (deletions > 0) yield RUN_FUNCTION;
  if (steps.has("compact") || steps.has("defragment")) yield ETCD_FUNCTIONS;
  if (steps.has("compact")) yield COMPACT_FUNCTION;
  if (steps.has("defragment")) yield DEFRAGMENT_FUNCTION;
  yield* rewriteLines(result, plan);
  yield outOfReach(result, plan);
  yield* unreachableLines(result, plan);
  yield* deletionLines(result, plan);
  if (steps.has("compact")) yield `${heading("Compact: superseded revisions go")}compact\n`;
  if (steps.has("defragment")) yield `${heading("Defragment: freed pages go, and what they still hold")}defragment\n`;
  yield afterwards(plan);
  yield SUMMARY;
}
