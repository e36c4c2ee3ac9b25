import type { FindingKind } from "../../model/finding.ts";
import type { ValueCheck } from "../value-check.ts";
import { DECRYPTION_FAILED } from "./decryption-failed.ts";
import { MALFORMED_CIPHERTEXT } from "./malformed-ciphertext.ts";
import { NONCE_REUSE } from "./nonce-reuse.ts";
import { PLAINTEXT_RESIDUE } from "./plaintext-residue.ts";
import { PLAINTEXT_REVISION } from "./plaintext-revision.ts";
import { PLAINTEXT_VALUE } from "./plaintext-value.ts";
import { RESOURCE_NOT_SERVED } from "./resource-not-served.ts";
import { STALE_KEY } from "./stale-key.ts";
import { STALE_KMS_KEY } from "./stale-kms-key.ts";
import { UNKNOWN_PROVIDER } from "./unknown-provider.ts";
import { UNREADABLE_VALUE } from "./unreadable-value.ts";

const BY_KIND = {
  "plaintext-value": PLAINTEXT_VALUE,
  "plaintext-revision": PLAINTEXT_REVISION,
  "plaintext-residue": PLAINTEXT_RESIDUE,
  "stale-key": STALE_KEY,
  "stale-kms-key": STALE_KMS_KEY,
  "unreadable-value": UNREADABLE_VALUE,
  "decryption-failed": DECRYPTION_FAILED,
  "malformed-ciphertext": MALFORMED_CIPHERTEXT,
  "unknown-provider": UNKNOWN_PROVIDER,
  "nonce-reuse": NONCE_REUSE,
  "resource-not-served": RESOURCE_NOT_SERVED,
} as const satisfies Partial<Record<FindingKind, ValueCheck>>;

/** One line for each check of single values. */
export const VALUE_CHECKS: readonly ValueCheck[] = Object.values(BY_KIND);
