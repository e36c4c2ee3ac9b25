import type { SourceFacts } from "../model/source-facts.ts";

/** Where a source is: its path or its endpoints, as they were given; escape it for where it goes. */
export function sourcePlace({ path, endpoints }: Pick<SourceFacts, "path" | "endpoints">): string {
  return path ?? endpoints?.join(", ") ?? "standard input";
}
