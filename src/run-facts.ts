import { readFile } from "node:fs/promises";

/** The present time; `SOURCE_DATE_EPOCH` (seconds) fixes it, so that the same input gives the same bytes. */
export function now(): Date {
  const fixed = process.env["SOURCE_DATE_EPOCH"];
  return fixed !== undefined && /^\d{1,12}$/.test(fixed) ? new Date(Number(fixed) * 1000) : new Date();
}

/** Sources run from `src/` in tests; the build puts this module into `dist/chunks/`. */
const PACKAGE_FILE = new URL(
  import.meta.url.endsWith(".ts") ? "../package.json" : "../../package.json",
  import.meta.url,
);

/** The program's name and version, from its package. */
export async function toolIdentity(): Promise<{ readonly name: string; readonly version: string }> {
  const text = await readFile(PACKAGE_FILE, "utf8");
  const { name, version }: { name: string; version: string } = JSON.parse(text);
  return { name, version };
}
