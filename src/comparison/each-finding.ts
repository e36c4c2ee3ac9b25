import { setImmediate } from "node:timers/promises";
import { AuditError } from "../errors.ts";
import type { ReportFinding } from "../report/schema.ts";
import type { ReportReader } from "../reports/report-reader.ts";

/** Findings between two moments in which the process can notice an interruption; some tens of milliseconds. */
const BETWEEN_PAUSES = 2048;

/**
 * Hands over every finding of a report; reading one does not wait, so that in between there is a pause now and then.
 * @throws AuditError INTERRUPTED, and whatever reading raises
 */
export async function eachFinding(
  reader: ReportReader,
  visit: (finding: ReportFinding) => void,
  signal?: AbortSignal,
): Promise<void> {
  let count = 0;
  for (const finding of reader.findings()) {
    visit(finding);
    if (++count % BETWEEN_PAUSES !== 0) continue;
    await setImmediate();
    if (signal?.aborted === true) {
      throw new AuditError("INTERRUPTED", `interrupted while ${reader.path} was read`, {
        nextStep: "nothing was written; run it again",
      });
    }
  }
}
