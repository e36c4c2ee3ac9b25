import type { Reporter } from "./reporter.ts";

export type { Reporter, ReportOptions, ReportOutput } from "./reporter.ts";

/** Every format of the command line. */
export const FORMATS = [
  "table",
  "json",
  "inventory",
  "keys",
  "keys0",
  "csv",
  "markdown",
  "html",
  "sarif",
  "junit",
  "prometheus",
  "oscal",
  "remediation",
] as const;
/** A name for `-o`. */
export type Format = (typeof FORMATS)[number];

/** How each format's reporter is loaded. Loaded on demand, since a scan needs one or two. */
const REPORTERS = {
  table: async () => (await import("./table.ts")).table,
  json: async () => (await import("./json.ts")).json,
  inventory: async () => (await import("./inventory.ts")).inventory,
  keys: async () => (await import("./keys.ts")).keys,
  keys0: async () => (await import("./keys0.ts")).keys0,
  csv: async () => (await import("./csv.ts")).csv,
  markdown: async () => (await import("./markdown.ts")).markdown,
  html: async () => (await import("./html/html.ts")).html,
  sarif: async () => (await import("./sarif.ts")).sarif,
  junit: async () => (await import("./junit.ts")).junit,
  prometheus: async () => (await import("./prometheus.ts")).prometheus,
  oscal: async () => (await import("./oscal.ts")).oscal,
  remediation: async () => (await import("./remediation/remediation.ts")).remediation,
} satisfies Record<Format, () => Promise<Reporter>>;

/** Formats that list every value: only for them an audit needs to keep values. */
export const LISTS_VALUES: readonly Format[] = ["inventory"];

/** Formats that keep something of what their file held before. */
export const KEEPS_FROM_BEFORE: readonly Format[] = ["prometheus"];

/** Whether a word is the name of a format. */
export function isFormat(word: string): word is Format {
  return (FORMATS as readonly string[]).includes(word);
}

/** The reporter of a format. */
export async function loadReporter(format: Format): Promise<Reporter> {
  return REPORTERS[format]();
}
