import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";

/** Sources run from `src/` in tests; the build puts this module into `dist/chunks/`. */
const FOLDER = new URL(import.meta.url.endsWith(".ts") ? "../../../dist/page/" : "../page/", import.meta.url);

/** The script and the style sheet of a page, and the policy that lets nothing else in. */
export interface PageAssets {
  readonly script: string;
  readonly styleSheet: string;
  /** Content of the Content-Security-Policy: these two by their hashes, and nothing from anywhere. */
  readonly securityPolicy: string;
}

/** Reads both files of the program itself. */
export async function pageAssets(): Promise<PageAssets> {
  const [script, styleSheet] = await Promise.all(
    ["report.js", "report.css"].map((name) => readFile(new URL(name, FOLDER), "utf8")),
  );
  if (script === undefined || styleSheet === undefined) throw new RangeError("two files give two texts");
  const securityPolicy = [
    "default-src 'none'",
    `script-src '${hashSource(script)}'`,
    `style-src '${hashSource(styleSheet)}'`,
    "base-uri 'none'",
    "form-action 'none'",
    "require-trusted-types-for 'script'",
    "trusted-types 'none'",
  ].join("; ");
  return { script, styleSheet, securityPolicy };
}

/** As in Content Security Policy Level 3, 2.3.1 (hash-source). */
function hashSource(text: string): string {
  return `sha256-${createHash("sha256").update(text, "utf8").digest("base64")}`;
}
