import type { AuditResult } from "../../src/model/audit-result.ts";
import { type Format, loadReporter } from "../../src/report/index.ts";

/** What a reporter wrote, and what it had to say about it. */
export interface Collected {
  readonly bytes: Buffer;
  readonly text: string;
  readonly notices: readonly string[];
}

/** Runs a reporter on an output that keeps everything. */
export async function collect(
  format: Format,
  result: AuditResult,
  { columns = null, color = false }: { columns?: number | null; color?: boolean } = {},
): Promise<Collected> {
  const chunks: Buffer[] = [];
  const notices: string[] = [];
  const reporter = await loadReporter(format);
  const out = {
    write(chunk: string | Uint8Array) {
      chunks.push(Buffer.from(chunk));
      return undefined;
    },
  };
  await reporter.write(result, out, { columns, color, notice: (line) => notices.push(line) });
  const bytes = Buffer.concat(chunks);
  return { bytes, text: bytes.toString("utf8"), notices };
}
