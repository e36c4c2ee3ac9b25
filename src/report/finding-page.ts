import type { FindingKind } from "../model/finding.ts";

/** Where the page of a kind of finding lies in the package: what it means, what follows from it, how to fix it. */
export function pageOf(kind: FindingKind): string {
  return `docs/findings/${kind}.md`;
}
