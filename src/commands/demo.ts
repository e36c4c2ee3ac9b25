import { fileURLToPath } from "node:url";
import { EXIT_FINDINGS, EXIT_PASS } from "../model/exit-code.ts";
import type { CommandEnvironment } from "./report-target.ts";
import { scan } from "./scan.ts";

const SAMPLE = new URL("../../sample/snapshot.db.gz", import.meta.url);

/**
 * Scans the sample snapshot that ships in the package and prints the table.
 * @returns 0, unless the sample was not read to its end or nobody reads the table
 */
export async function demo(environment: CommandEnvironment): Promise<number> {
  const exitCode = await scan(
    { audit: { path: fileURLToPath(SAMPLE) }, targets: [{ format: "table", file: null }] },
    environment,
  );
  if (exitCode !== EXIT_PASS && exitCode !== EXIT_FINDINGS) return exitCode;
  environment.notice(`this was the sample; a scan of such data would exit with ${exitCode}`);
  return EXIT_PASS;
}
