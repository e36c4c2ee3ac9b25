import type { FindingKind } from "../../model/finding.ts";
import type { ValueCheck } from "../value-check.ts";
import { MALFORMED_CIPHERTEXT } from "./malformed-ciphertext.ts";
import { PLAINTEXT_RESIDUE } from "./plaintext-residue.ts";
import { PLAINTEXT_REVISION } from "./plaintext-revision.ts";
import { PLAINTEXT_VALUE } from "./plaintext-value.ts";
import { RESOURCE_NOT_SERVED } from "./resource-not-served.ts";
import { UNKNOWN_PROVIDER } from "./unknown-provider.ts";

const BY_KIND = {
  "plaintext-value": PLAINTEXT_VALUE,
  "plaintext-revision": PLAINTEXT_REVISION,
  "plaintext-residue": PLAINTEXT_RESIDUE,
  "malformed-ciphertext": MALFORMED_CIPHERTEXT,
  "unknown-provider": UNKNOWN_PROVIDER,
  "resource-not-served": RESOURCE_NOT_SERVED,
} as const satisfies Partial<Record<FindingKind, ValueCheck>>;

/** One line for each check of single values. */
export const VALUE_CHECKS: readonly ValueCheck[] = Object.values(BY_KIND);
