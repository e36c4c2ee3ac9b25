import type { SourceDetail } from "../../model/finding.ts";
import type { SourceCheck } from "../source-check.ts";
import { COMPACTION_STALLED } from "./compaction-stalled.ts";
import { DEFRAGMENTATION_DUE } from "./defragmentation-due.ts";
import { MEMBERS_DIFFER } from "./members-differ.ts";
import { NO_SECRETS_STORED } from "./no-secrets-stored.ts";
import { RESIDUE_UNATTRIBUTED } from "./residue-unattributed.ts";
import { UNLOOKED_PREFIX } from "./unlooked-prefix.ts";
import { WRITE_BUDGET } from "./write-budget.ts";
import { WRITERS_DISAGREE } from "./writers-disagree.ts";

const BY_KIND = {
  "writers-disagree": WRITERS_DISAGREE,
  "write-budget": WRITE_BUDGET,
  "compaction-stalled": COMPACTION_STALLED,
  "defragmentation-due": DEFRAGMENTATION_DUE,
  "members-differ": MEMBERS_DIFFER,
  "residue-unattributed": RESIDUE_UNATTRIBUTED,
  "no-secrets-stored": NO_SECRETS_STORED,
  "unlooked-prefix": UNLOOKED_PREFIX,
} as const satisfies Record<SourceDetail["kind"], SourceCheck>;

/** One line for each check of a whole source. */
export const SOURCE_CHECKS: readonly SourceCheck[] = Object.values(BY_KIND);
