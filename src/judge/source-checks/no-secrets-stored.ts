import type { SourceCheck } from "../source-check.ts";

/** There are Kubernetes objects, and not one secret among them. */
export const NO_SECRETS_STORED: SourceCheck = {
  kind: "no-secrets-stored",
  examine: ({ recordsUnderPrefixes, secretRecords }) =>
    recordsUnderPrefixes > 0 && secretRecords === 0 ? [{ kind: "no-secrets-stored" }] : [],
};
