import type { InventoryLine } from "./program-output.ts";
import type { CorpusPoint } from "./scenario-folder.ts";

/** Live values by folder and class, counted from the inventory, against `live_keys_by_folder_and_class`. */
export function compareCounts(point: CorpusPoint, inventory: readonly InventoryLine[]): string[] {
  const expected = new Map(
    Object.entries(point.expected.live_keys_by_folder_and_class).filter(
      ([folder]) => folder === point.etcdPrefix || folder.startsWith(`${point.etcdPrefix}/`) || !folder.startsWith("/"),
    ),
  );
  const byFolder = new Map<string, InventoryLine[]>();
  for (const line of inventory.filter((candidate) => candidate.location === "head")) {
    const folder = folderOf(line.key ?? "", expected.keys());
    byFolder.set(folder, [...(byFolder.get(folder) ?? []), line]);
  }
  return [...new Set([...expected.keys(), ...byFolder.keys()])].flatMap((folder) => {
    const classes = foldedClasses(expected.get(folder) ?? {});
    const lines = byFolder.get(folder) ?? [];
    const total = [...classes.values()].reduce((sum, count) => sum + count, 0);
    if (lines.length !== total) return [`${folder}: ${lines.length} live values, not ${total}`];
    // Values put in by hand bear the names of prefixes that are none; each of them is compared on its own.
    if (point.rawValues.some((raw) => raw.key.startsWith(`${folder}/`))) return [];
    return compareClasses(folder, classes, lines);
  });
}

function compareClasses(
  folder: string,
  expected: ReadonlyMap<string, number>,
  lines: readonly InventoryLine[],
): string[] {
  const actual = new Map<string, number>();
  for (const line of lines) {
    const name = line.provider === "identity" ? "identity" : `${line.provider}:${line.keyName}`;
    const full = `${name}@${line.provider === "kms-v1" ? line.kekVersion : line.keyId}`;
    const label = expected.has(full) ? full : name;
    actual.set(label, (actual.get(label) ?? 0) + 1);
  }
  return [...new Set([...expected.keys(), ...actual.keys()])]
    .filter((label) => expected.get(label) !== actual.get(label))
    .map((label) => `${folder}: ${actual.get(label) ?? 0} live values of ${label}, not ${expected.get(label) ?? 0}`);
}

/** Local key names cut at their first colon, as a scan without a configuration reads them. */
function foldedClasses(classes: Readonly<Record<string, number>>): Map<string, number> {
  const folded = new Map<string, number>();
  for (const [label, count] of Object.entries(classes)) {
    const name = label.startsWith("kms-") ? label : label.split(":", 2).join(":");
    folded.set(name, (folded.get(name) ?? 0) + count);
  }
  return folded;
}

function folderOf(key: string, folders: Iterable<string>): string {
  return (
    [...folders]
      .filter((folder) => key === folder || key.startsWith(`${folder}/`))
      .sort((a, b) => b.length - a.length)[0] ?? key
  );
}
