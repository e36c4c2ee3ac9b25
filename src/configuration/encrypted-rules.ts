import type { Configuration } from "./configuration.ts";
import { expectationFor } from "./expectation.ts";

/** The rules of any of the configurations that write with a cipher, and whether one of them wins for a resource. */
export function encryptedRules(configurations: readonly Configuration[]): {
  readonly encrypting: readonly string[];
  encrypts(resource: string): boolean;
} {
  const known = new Map<string, boolean>();
  const encrypting = configurations.flatMap(({ rules }) =>
    rules.filter(({ providers }) => providers[0]?.kind !== "identity").map(({ resource }) => resource),
  );
  return {
    encrypting: [...new Set(encrypting)],
    encrypts(resource) {
      let encrypts = known.get(resource);
      if (encrypts === undefined) {
        encrypts = configurations.some((each) => expectationFor(each, resource).kind === "encrypt");
        known.set(resource, encrypts);
      }
      return encrypts;
    },
  };
}
