import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll } from "vitest";
import type { AuditResult } from "../../src/model/audit-result.ts";
import type { Report } from "../../src/report/schema.ts";
import { collect } from "../report/collect.ts";

const folder = mkdtempSync(join(tmpdir(), "reports-"));
let written = 0;

afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

/** A path in a folder that goes away with the tests. */
export function newPath(name = `${++written}.json`): string {
  return join(folder, name);
}

/** Writes a file as it is given, and tells its path. */
export function writtenFile(content: string | Uint8Array, name?: string): string {
  const path = newPath(name);
  writeFileSync(path, content);
  return path;
}

/** A result's JSON report, read whole. */
export async function reportOf(result: AuditResult): Promise<Report> {
  return JSON.parse((await collect("json", result)).text) as Report;
}

/** Writes a result's JSON report, with fields changed where that is asked for, and tells its path. */
export async function writtenReport(result: AuditResult, change: Partial<Report> = {}, name?: string): Promise<string> {
  const { text } = await collect("json", result);
  return writtenFile(
    Object.keys(change).length === 0 ? text : JSON.stringify({ ...(JSON.parse(text) as Report), ...change }),
    name,
  );
}

/** What a call raises. */
export function errorOf(call: () => unknown): unknown {
  try {
    call();
  } catch (error) {
    return error;
  }
  return undefined;
}
