import { AuditError } from "../errors.ts";
import { type ExplainOptions, explainKey } from "../explain-key.ts";
import { EXIT_PIPE_CLOSED } from "../model/exit-code.ts";
import type { KeyHistory } from "../model/key-history.ts";
import type { Listeners } from "../model/listeners.ts";
import { keyLine } from "../report/escape.ts";
import { writeHistoryJson } from "../report/explain-json.ts";
import { writeHistoryTable } from "../report/explain-table.ts";
import { listenersOf } from "./listeners.ts";
import type { CommandEnvironment, ReportTarget } from "./report-target.ts";
import { writeEach } from "./write-reports.ts";

/** What `explain` is asked to do. */
export interface ExplainRequest {
  readonly explain: Omit<ExplainOptions, keyof Listeners>;
  readonly targets: readonly ReportTarget[];
}

/**
 * Finds every write to one key and writes its history in each format that was asked for.
 * @returns the exit code: 3 too where no write to the key was found
 * @throws AuditError when the source or an output can't be used
 */
export async function explain(request: ExplainRequest, environment: CommandEnvironment): Promise<number> {
  const unfit = request.targets.find(({ format }) => format !== "table" && format !== "json");
  if (unfit !== undefined) {
    throw new AuditError("USAGE", `explain has no format ${unfit.format}`, { nextStep: "use table or json" });
  }
  const { result, isReaderGone } = await writeEach(
    request.targets,
    environment,
    () => explainKey({ ...request.explain, ...listenersOf(environment) }).finally(() => environment.endProgress()),
    (history, { format, options }, out) =>
      (format === "json" ? writeHistoryJson : writeHistoryTable)(history, out, options),
  );
  for (const line of complaints(result)) environment.notice(line);
  return isReaderGone ? EXIT_PIPE_CLOSED : result.exitCode;
}

function complaints({ key, events, nearKeys, source, incompleteReasons }: KeyHistory): readonly string[] {
  const [first] = incompleteReasons;
  const more = incompleteReasons.length - 1 + source.furtherIncompleteReasons;
  const incomplete =
    first === undefined ? [] : [`incomplete: ${first.message}${more > 0 ? ` (and ${more} more reasons)` : ""}`];
  if (events.length > 0) return incomplete;
  const near = nearKeys.map((each) => keyLine(each).text);
  const nextStep =
    near.length > 0 ? `did you mean ${near.join(" or ")}?` : "name the key as etcd stores it, with its prefix";
  return [...incomplete, `no revision of ${keyLine(key).text} was seen; ${nextStep}`];
}
