/** Before every group of three digits but the first. Intl.NumberFormat takes longer to load than a report to write. */
const GROUP_STARTS = /\B(?=(\d{3})+$)/g;
const BINARY_UNITS = ["KiB", "MiB", "GiB", "TiB"] as const;

/** A whole number for people: `20,000`. Revisions are not counts: they are written plain, so that they can be copied. */
export function formatCount(count: number): string {
  return String(count).replace(GROUP_STARTS, ",");
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
  return `${size.toFixed(1)} ${unit}`;
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
