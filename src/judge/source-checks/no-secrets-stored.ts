import type { SourceCheck } from "../source-check.ts";

/** There are Kubernetes objects, and not one secret among them. Of a source not seen whole that can't be said. */
export const NO_SECRETS_STORED: SourceCheck = {
  kind: "no-secrets-stored",
  examine: ({ facts, recordsUnderPrefixes, secretRecords }) =>
    facts.incompleteReasons.length === 0 && recordsUnderPrefixes > 0 && secretRecords === 0
      ? [{ kind: "no-secrets-stored" }]
      : [],
};
