import { chmodSync, copyFileSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Ajv2020 } from "ajv/dist/2020.js";
import { afterAll, beforeAll, expect } from "vitest";
import { type Report, reportJsonSchema } from "../../src/report/schema.ts";
import { block, configurationText, KEY_A, local } from "../configuration/read.ts";
import { PACKAGE_FOLDER, runProgram } from "../corpus/run-program.ts";

export const FIXTURES = join(PACKAGE_FOLDER, "test/fixtures");
export const SOUND = configurationText(block("secrets", local("secretbox", ["a", KEY_A]), "identity: {}"));
const isValid = new Ajv2020({ formats: { "date-time": true } }).compile(reportJsonSchema());
export let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "lint-config-"));
});

afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

/** Writes a configuration that only its owner may read. */
export function written(name: string, text: string | Uint8Array): string {
  const path = join(folder, name);
  writeFileSync(path, text);
  chmodSync(path, 0o600);
  return path;
}

/** A copy of a file of the fixtures that only its owner may read. */
export function fixture(name: string): string {
  const path = join(folder, name.replaceAll("/", "-"));
  copyFileSync(join(FIXTURES, name), path);
  chmodSync(path, 0o600);
  return path;
}

export async function linted(
  ...args: readonly string[]
): Promise<{ readonly status: number | null; readonly report: Report }> {
  const { status, stdout } = await runProgram(["lint-config", "-o", "json", ...args]);
  const report = JSON.parse(stdout.toString()) as Report;
  expect([isValid(report), isValid.errors]).toEqual([true, null]);
  expect(report).toMatchObject({ command: "lint-config", sources: [], exitCode: status });
  return { status, report };
}

export const places = ({ findings }: Report) => findings.map(({ kind, line }) => [line, kind]);
