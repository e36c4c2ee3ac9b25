import type { SourceCheck } from "../source-check.ts";

/** Members of one cluster give different hashes at one revision: what one of them stores, the others do not. */
export const MEMBERS_DIFFER: SourceCheck = {
  kind: "members-differ",
  examine({ facts: { differingMembers } }) {
    return differingMembers.length === 0 ? [] : [{ kind: "members-differ", endpoints: differingMembers }];
  },
};
