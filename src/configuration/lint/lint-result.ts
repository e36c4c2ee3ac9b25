import type { KeyReference } from "../../model/key-reference.ts";
import type { Configuration, ConfiguredProvider, LocalKey, LocalProvider } from "../configuration.ts";
import type { DifferenceDetail, DifferenceSide } from "../differences.ts";
import type { ConfigurationReading } from "../read-configuration.ts";
import type { RefusalReason } from "../refusal.ts";

/** One configuration file to judge. */
export interface LintFile {
  /** Permission bits as `stat` gives them; null where they mean nothing, as for standard input. */
  readonly mode: number | null;
  readonly reading: ConfigurationReading;
}

/** What makes a key easier to guess than its length says. */
export type Weakness = "aes-128" | "few-different-bytes" | "pattern" | "sequence" | "printable-text";

/** Why a provider, key or rule is never used. */
export type UnreachableCause =
  | { readonly kind: "identity-again"; readonly resource: string; readonly firstLine: number }
  | {
      readonly kind: "same-key-again";
      readonly resource: string;
      readonly key: KeyReference;
      readonly firstLine: number;
    }
  | { readonly kind: "no-core-resource"; readonly resource: string }
  | { readonly kind: "no-such-group"; readonly resource: string; readonly isVersion: boolean };

/** What the linter found, as data; its words are in `words.ts`. */
export type LintDetail =
  | { readonly kind: "config-refused"; readonly reason: RefusalReason }
  | {
      readonly kind: "config-identity-first";
      readonly rule: string;
      /** The first key that encrypts, which stands too late; null where there is none. */
      readonly firstCipher: KeyReference | null;
    }
  | { readonly kind: "config-published-key"; readonly key: KeyReference }
  | { readonly kind: "config-secrets-not-covered" }
  | {
      readonly kind: "config-servers-differ";
      readonly resource: string;
      readonly other: DifferenceSide;
      readonly difference: DifferenceDetail;
    }
  | {
      readonly kind: "config-weak-key";
      readonly key: KeyReference;
      readonly weakness: Weakness;
      /** Bytes. */
      readonly length: number;
    }
  | {
      readonly kind: "config-duplicate-key-name";
      readonly key: KeyReference;
      readonly firstLine: number;
      readonly isSameSecret: boolean;
    }
  | {
      readonly kind: "config-repeated-key";
      readonly key: KeyReference;
      readonly first: KeyReference;
      readonly firstLine: number;
    }
  | { readonly kind: "config-unreachable-provider"; readonly cause: UnreachableCause }
  | { readonly kind: "config-kms-v1"; readonly key: KeyReference }
  | { readonly kind: "config-aesgcm-rotation"; readonly key: KeyReference }
  | { readonly kind: "config-file-mode"; readonly mode: number; readonly risk: "readable" | "writable" }
  | { readonly kind: "config-legacy-kind" };

export type LintKind = LintDetail["kind"];

export interface LintResult {
  readonly path: string;
  /** From 1. */
  readonly line: number;
  readonly detail: LintDetail;
}

/** One rule: all that it finds in all files, file by file. */
export type LintRule = (files: readonly LintFile[]) => Iterable<LintResult>;

/** The configurations that the API server takes. */
export function acceptedOf(files: readonly LintFile[]): readonly Configuration[] {
  return files.flatMap(({ reading }) => (reading.kind === "accepted" ? [reading.configuration] : []));
}

/** Every provider of a configuration once, however many resources its block names. */
export function providersOf({ rules }: Configuration): readonly ConfiguredProvider[] {
  return [...new Set(rules.flatMap(({ providers }) => providers))];
}

/** A key of the file with the provider it belongs to. */
export interface PlacedKey {
  readonly provider: LocalProvider["kind"];
  readonly key: LocalKey;
}

/** The keys of some providers in their order, those of KMS left out. */
export function localKeysOf(providers: readonly ConfiguredProvider[]): readonly PlacedKey[] {
  return providers.flatMap((provider) =>
    "keys" in provider ? provider.keys.map((key) => ({ provider: provider.kind, key })) : [],
  );
}
