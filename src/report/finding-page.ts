import type { ReportFinding } from "./schema.ts";

/** Where the page of a kind of finding lies in the package: what it means, what follows from it, how to fix it. */
export function pageOf(kind: ReportFinding["kind"]): string {
  return `docs/findings/${kind}.md`;
}
