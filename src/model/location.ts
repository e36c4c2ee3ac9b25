/** Where a value lies, in the order in which reports sort it. */
export const LOCATIONS = ["head", "history", "free-page", "file-tail", "wal"] as const;
export type Location = (typeof LOCATIONS)[number];

/** The four counts of `summary`: freed pages and the file's tail are one, residue. */
export const AREAS = ["head", "history", "residue", "wal"] as const;
export type Area = (typeof AREAS)[number];

/** The count that a location belongs to. */
export function areaOf(location: Location): Area {
  switch (location) {
    case "head":
    case "history":
    case "wal":
      return location;
    case "free-page":
    case "file-tail":
      return "residue";
  }
}
