import type { SourceCheck } from "../source-check.ts";

/** Freed bytes that may hold anything: of a run of pages whose first page has been used again, no key can be told. */
export const RESIDUE_UNATTRIBUTED: SourceCheck = {
  kind: "residue-unattributed",
  examine({ facts: { unattributedBytes } }) {
    return unattributedBytes === null || unattributedBytes === 0
      ? []
      : [{ kind: "residue-unattributed", bytes: unattributedBytes }];
  },
};
