import type { FindingKind } from "../../model/finding.ts";

/** Steps of the script, in the order in which it takes them. */
export const STEPS = ["rewrite", "compact", "defragment"] as const;
export type Step = (typeof STEPS)[number];

/**
 * What a script can do about findings of one kind.
 * `steps`: to be taken for it; `rewrite` is taken for live values only; `ofRemoteKey`: they are stale
 * by a key inside the KMS. `delete`: shown, and left to the reader.
 * `unserved`: nothing, and kubectl can't reach such values. `people`: nothing that a script should do.
 */
export type Remedy =
  | { readonly kind: "steps"; readonly steps: readonly Step[]; readonly ofRemoteKey?: true }
  | { readonly kind: "delete" }
  | { readonly kind: "unserved" }
  | { readonly kind: "people" };

const PEOPLE: Remedy = { kind: "people" };
const DELETE: Remedy = { kind: "delete" };
/** Old ciphertext goes with compaction; only old plaintext must leave the freed pages too. */
const REWRITE = { kind: "steps", steps: ["rewrite", "compact"] } as const satisfies Remedy;

const REMEDIES = {
  "plaintext-value": { kind: "steps", steps: ["rewrite", "compact", "defragment"] },
  "plaintext-revision": { kind: "steps", steps: ["compact", "defragment"] },
  "plaintext-residue": { kind: "steps", steps: ["defragment"] },
  "residue-unattributed": { kind: "steps", steps: ["defragment"] },
  "stale-key": REWRITE,
  "stale-kms-key": { ...REWRITE, ofRemoteKey: true },
  "writers-disagree": PEOPLE,
  "retired-key-in-use": REWRITE,
  "unreadable-after": REWRITE,
  "unreadable-value": DELETE,
  "decryption-failed": DELETE,
  "malformed-ciphertext": DELETE,
  "unknown-provider": PEOPLE,
  "nonce-reuse": PEOPLE,
  "write-budget": PEOPLE,
  "compaction-stalled": { kind: "steps", steps: ["compact"] },
  "defragmentation-due": { kind: "steps", steps: ["defragment"] },
  "members-differ": PEOPLE,
  "resource-not-served": { kind: "unserved" },
  "no-secrets-stored": PEOPLE,
  "unlooked-prefix": PEOPLE,
  "config-refused": PEOPLE,
  "config-identity-first": PEOPLE,
  "config-published-key": PEOPLE,
  "config-secrets-not-covered": PEOPLE,
  "config-servers-differ": PEOPLE,
  "config-weak-key": PEOPLE,
  "config-duplicate-key-name": PEOPLE,
  "config-repeated-key": PEOPLE,
  "config-unreachable-provider": PEOPLE,
  "config-kms-v1": PEOPLE,
  "config-aesgcm-rotation": PEOPLE,
  "config-file-mode": PEOPLE,
  "config-legacy-kind": PEOPLE,
  "config-resource-not-covered": PEOPLE,
} satisfies Record<FindingKind, Remedy>;

/** What a script can do about findings of a kind. */
export function remedyOf(kind: FindingKind): Remedy {
  return REMEDIES[kind];
}
