import { AuditError } from "../errors.ts";
import type { AuditResult } from "../model/audit-result.ts";
import { EXIT_PIPE_CLOSED } from "../model/exit-code.ts";
import type { Listeners } from "../model/listeners.ts";
import type { Format } from "../report/index.ts";
import { type RotationOptions, verifyRotation } from "../verify-rotation.ts";
import { listenersOf } from "./listeners.ts";
import type { CommandEnvironment, ReportTarget } from "./report-target.ts";
import { writeReports } from "./write-reports.ts";

/** Formats that list stored values, which is not what was asked. */
const LISTS_OF_VALUES: readonly Format[] = ["inventory", "keys", "keys0"];

/** What `verify-rotation` is asked to do. */
export interface RotationRequest {
  readonly rotation: Omit<RotationOptions, keyof Listeners>;
  /** Milliseconds for which the question is asked again until the answer is safe; null: it is asked once. */
  readonly wait: number | null;
  readonly targets: readonly ReportTarget[];
}

/** Milliseconds between two askings. */
const PAUSE = 10_000;
/** Milliseconds after which the bar is drawn anew. */
const TICK = 500;

/**
 * Answers whether a key may go or a configuration may come, and writes every report that was asked for.
 * @returns the exit code
 * @throws AuditError when a source, a configuration or an output can't be used
 */
export async function answerRotation(request: RotationRequest, environment: CommandEnvironment): Promise<number> {
  if (request.wait !== null && request.rotation.paths.includes("-")) {
    throw new AuditError("USAGE", "--wait reads everything again and again, and standard input can't be", {
      nextStep: "name a file, or leave --wait out",
    });
  }
  const list = request.targets.find(({ format }) => LISTS_OF_VALUES.includes(format));
  if (list !== undefined) {
    throw new AuditError(
      "USAGE",
      `the format ${list.format} lists stored values, and verify-rotation asks for what needs a key`,
      {
        nextStep: "use table or json",
      },
    );
  }
  const { result, isReaderGone } = await writeReports(request.targets, environment, () =>
    askUntilSafe(request, environment),
  );
  return isReaderGone ? EXIT_PIPE_CLOSED : result.exitCode;
}

async function askUntilSafe({ rotation, wait }: RotationRequest, environment: CommandEnvironment) {
  const { signal } = environment;
  const until = Date.now() + (wait ?? 0);
  let atFirst = 0;
  let last: AuditResult | null = null;
  for (;;) {
    const asking = verifyRotation({
      ...rotation,
      ...listenersOf(environment),
      isKnown: last !== null,
    }).finally(() => environment.endProgress());
    const result: AuditResult = await asking.catch((error: unknown) => answerBefore(last, error, environment));
    last = result;
    const { byKind } = result.summary.findings;
    const left = (byKind.get("retired-key-in-use") ?? 0) + (byKind.get("unreadable-after") ?? 0);
    const rest = until - Date.now();
    if (result.verdict === "pass" || rest <= 0 || signal.aborted) return result;
    environment.notice(`not safe yet (${left} findings); asking again for ${Math.ceil(rest / 1000)} more seconds`);
    atFirst = Math.max(atFirst, left);
    for (let waited = 0; waited < Math.min(PAUSE, rest) && !signal.aborted; waited += TICK) {
      environment.onWaiting(left, atFirst);
      await pause(Math.min(TICK, rest), signal);
    }
    environment.endProgress();
    if (signal.aborted) return result;
  }
}

/** A source that can't be reached for a while takes nothing from the answer that was had before. */
function answerBefore(last: AuditResult | null, error: unknown, environment: CommandEnvironment): AuditResult {
  if (last === null || !(error instanceof AuditError) || error.code === "INTERRUPTED") throw error;
  environment.notice(`asking again failed, the answer is that of before: ${error.message}`);
  return last;
}

/** Ends early when the user interrupts. */
function pause(milliseconds: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(done, milliseconds);
    signal.addEventListener("abort", done, { once: true });
    function done(): void {
      clearTimeout(timer);
      signal.removeEventListener("abort", done);
      resolve();
    }
  });
}
