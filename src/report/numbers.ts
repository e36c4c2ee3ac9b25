const THOUSANDS = new Intl.NumberFormat("en-US");
const ONE_DECIMAL = new Intl.NumberFormat("en-US", { minimumFractionDigits: 1, maximumFractionDigits: 1 });
const BINARY_UNITS = ["KiB", "MiB", "GiB", "TiB"] as const;

/** A count for people: `20,000`. Revisions are not counts: they are written plain, so that they can be copied. */
export function formatCount(count: number): string {
  return THOUSANDS.format(count);
}

/** A count and its noun: `1 live value`, `2,000 live values`. */
export function countOf(count: number, singular: string, plural = `${singular}s`): string {
  return `${formatCount(count)} ${count === 1 ? singular : plural}`;
}

/** A size in bytes for people: `512 bytes`, `1.5 MiB`. */
export function formatBytes(bytes: number): string {
  if (bytes < 1024) return countOf(bytes, "byte");
  let size = bytes / 1024;
  let unit: string = BINARY_UNITS[0];
  for (const next of BINARY_UNITS.slice(1)) {
    if (size < 1023.95) break;
    size /= 1024;
    unit = next;
  }
  return `${ONE_DECIMAL.format(size)} ${unit}`;
}

/** The verb after a count. */
export function are(count: number): string {
  return count === 1 ? "is" : "are";
}

/** The verb after a count. */
export function has(count: number): string {
  return count === 1 ? "has" : "have";
}

/** The pronoun for what was counted. */
export function them(count: number): string {
  return count === 1 ? "it" : "them";
}
