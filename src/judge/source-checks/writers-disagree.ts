import type { SourceCheck } from "../source-check.ts";

/** One change of key is a rotation, two are a rotation taken back; more are servers that write with different keys. */
const FEWEST_CHANGES = 3;

/** Writes of one resource go to and fro between two keys: API servers run different configurations. */
export const WRITERS_DISAGREE: SourceCheck = {
  kind: "writers-disagree",
  examine({ alternations }) {
    const resources = new Set<string>();
    return alternations
      .filter(({ changes }) => changes >= FEWEST_CHANGES)
      .filter(({ resource }) => !resources.has(resource) && resources.add(resource))
      .map((alternation) => ({ kind: "writers-disagree", ...alternation }));
  },
};
