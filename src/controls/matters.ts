import type { FindingKind } from "../model/finding.ts";
import type { Provider } from "../model/value-class.ts";
import type { Need } from "./need.ts";

/** What controls are about: as far as stored bytes can say, many ask for the same. */
const MATTERS = [
  "provider-configuration-given",
  "accepted-providers",
  "secrets-encrypted",
  "data-at-rest",
  "key-management",
  "use-of-cryptography",
  "key-replacement",
  "key-change-policy",
  "key-protection",
  "key-custody",
  "approved-algorithms",
] as const;
/** One of them. */
export type Matter = (typeof MATTERS)[number];

/** What speaks against a matter, what leaves it open, and what must have been seen before it is supported. */
export interface Evidence {
  readonly contradictedBy: readonly FindingKind[];
  readonly leftOpenBy: readonly FindingKind[];
  readonly needs: readonly Need[];
  /** Providers that it accepts for live values; null: every one that encrypts. */
  readonly providers: readonly Provider[] | null;
  /** Whether it is about secrets and no other resource. */
  readonly onlySecrets: boolean;
  /** False where it asks for a procedure as well, which no stored byte shows: it can only be contradicted. */
  readonly canBeSupported: boolean;
}

const PLAINTEXT = ["plaintext-value", "plaintext-revision", "plaintext-residue"] as const;
const BADLY_MANAGED_KEYS = [
  "stale-key",
  "stale-kms-key",
  "retired-key-in-use",
  "config-published-key",
  "config-weak-key",
  "write-budget",
  "nonce-reuse",
] as const;
/** Nobody can say that all values are protected: of some it can't be told, or everybody has the key. */
const DOUBTFUL_VALUES = [
  "malformed-ciphertext",
  "unknown-provider",
  "decryption-failed",
  "unlooked-prefix",
  "config-published-key",
] as const;
const LIVE = ["all-that-was-asked-for", "every-namespace", "live-values", "stored-secrets"] as const;
const EVERY_PLACE = [...LIVE, "history", "freed-pages", "file-tail", "wal"] as const;
const KEYS_IN_FORCE = [...LIVE, "history", "configuration", "kms-key-in-force"] as const;

/** The evidence for each matter. */
export const EVIDENCE = {
  "provider-configuration-given": {
    contradictedBy: ["config-refused"],
    leftOpenBy: ["plaintext-value", "unreadable-value", "config-servers-differ", ...DOUBTFUL_VALUES],
    needs: [...LIVE, "configuration"],
    providers: null,
    onlySecrets: true,
    canBeSupported: true,
  },
  "accepted-providers": {
    contradictedBy: [
      "plaintext-value",
      "config-identity-first",
      "config-secrets-not-covered",
      "config-refused",
      "config-servers-differ",
    ],
    leftOpenBy: ["unreadable-value", "writers-disagree", ...DOUBTFUL_VALUES],
    needs: [...LIVE, "configuration"],
    providers: ["aescbc", "secretbox", "kms-v1", "kms-v2"],
    onlySecrets: false,
    canBeSupported: true,
  },
  "secrets-encrypted": {
    contradictedBy: ["plaintext-value", "plaintext-revision", "config-identity-first", "config-secrets-not-covered"],
    leftOpenBy: [
      "plaintext-residue",
      "config-servers-differ",
      "config-refused",
      "writers-disagree",
      ...DOUBTFUL_VALUES,
    ],
    needs: [...LIVE, "history", "configuration"],
    providers: null,
    onlySecrets: true,
    canBeSupported: true,
  },
  "data-at-rest": {
    contradictedBy: PLAINTEXT,
    leftOpenBy: ["residue-unattributed", ...DOUBTFUL_VALUES],
    needs: EVERY_PLACE,
    providers: null,
    onlySecrets: false,
    canBeSupported: true,
  },
  "key-management": {
    contradictedBy: BADLY_MANAGED_KEYS,
    leftOpenBy: ["plaintext-value", "writers-disagree", "unreadable-value", "config-refused", ...DOUBTFUL_VALUES],
    needs: KEYS_IN_FORCE,
    providers: null,
    onlySecrets: false,
    canBeSupported: true,
  },
  "use-of-cryptography": {
    contradictedBy: [...PLAINTEXT, ...BADLY_MANAGED_KEYS],
    leftOpenBy: ["residue-unattributed", "writers-disagree", "unreadable-value", "config-refused", ...DOUBTFUL_VALUES],
    needs: [...EVERY_PLACE, "configuration", "kms-key-in-force"],
    providers: null,
    onlySecrets: false,
    canBeSupported: true,
  },
  "key-replacement": {
    contradictedBy: ["stale-key", "stale-kms-key", "retired-key-in-use"],
    leftOpenBy: ["plaintext-value", "writers-disagree", "unreadable-value", "config-refused", ...DOUBTFUL_VALUES],
    needs: KEYS_IN_FORCE,
    providers: null,
    onlySecrets: false,
    canBeSupported: true,
  },
  "key-change-policy": {
    contradictedBy: ["stale-key", "stale-kms-key", "retired-key-in-use", "write-budget"],
    leftOpenBy: [],
    needs: KEYS_IN_FORCE,
    providers: null,
    onlySecrets: false,
    canBeSupported: false,
  },
  "key-protection": {
    contradictedBy: ["config-published-key", "config-weak-key", "config-file-mode"],
    leftOpenBy: [],
    needs: ["configuration"],
    providers: null,
    onlySecrets: false,
    canBeSupported: false,
  },
  "key-custody": {
    contradictedBy: [],
    leftOpenBy: [],
    needs: [],
    providers: null,
    onlySecrets: false,
    canBeSupported: false,
  },
  // XSalsa20-Poly1305, which secretbox uses, is not a FIPS-approved algorithm; whether the others run in a validated
  // module is not told by what they wrote.
  "approved-algorithms": {
    contradictedBy: ["plaintext-value"],
    leftOpenBy: [],
    needs: LIVE,
    providers: ["aescbc", "aesgcm", "kms-v1", "kms-v2"],
    onlySecrets: false,
    canBeSupported: false,
  },
} satisfies Record<Matter, Evidence>;
