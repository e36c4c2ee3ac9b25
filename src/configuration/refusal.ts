import type { SyntaxProblem } from "./document/syntax-problem.ts";

/** What a refused `secret` is instead of base64. */
export type Base64Flaw =
  | "documentation-sample"
  | "template"
  | "dollar-sign"
  | "url-alphabet"
  | "blank"
  | "padding"
  | "other-character";

/** Which rule for resource names is broken. */
export type ResourceNameFlaw =
  | "capital-letters"
  | "star"
  | "no-rest-api"
  | "events-group"
  | "extensions-group"
  | "across-groups";

/**
 * Why the API server refuses a configuration. Field paths are its own (`resources[0].providers[1].aescbc`); text out of
 * the file is held only where `quotable` let it through, else null.
 */
export type RefusalReason =
  | { readonly kind: "empty-file" }
  | { readonly kind: "syntax"; readonly problem: SyntaxProblem }
  | { readonly kind: "kind-missing" }
  | { readonly kind: "version-missing" }
  | { readonly kind: "other-kind"; readonly apiKind: string | null; readonly apiVersion: string | null }
  | { readonly kind: "unknown-field"; readonly path: string; readonly name: string | null }
  | { readonly kind: "duplicate-field"; readonly path: string }
  | {
      readonly kind: "wrong-type";
      readonly path: string;
      readonly expected: "text" | "list" | "mapping" | "integer" | "duration";
    }
  | { readonly kind: "at-least-one"; readonly path: string }
  | { readonly kind: "no-provider"; readonly path: string }
  | { readonly kind: "several-providers"; readonly path: string; readonly providers: readonly string[] }
  | {
      readonly kind: "mandatory";
      readonly path: string;
      readonly field: "name" | "secret" | "endpoint";
      readonly of: "key" | "provider" | "kms";
    }
  | { readonly kind: "placeholder-secret"; readonly path: string }
  | { readonly kind: "secret-not-base64"; readonly path: string; readonly flaw: Base64Flaw }
  | {
      readonly kind: "secret-length";
      readonly path: string;
      /** Bytes. */
      readonly length: number;
      readonly expected: readonly number[];
    }
  | {
      readonly kind: "resource-name";
      readonly path: string;
      readonly resource: string | null;
      readonly flaw: ResourceNameFlaw;
    }
  | { readonly kind: "duplicate-resource"; readonly path: string; readonly resource: string | null }
  | { readonly kind: "overlapping-resources"; readonly path: string }
  | {
      readonly kind: "masked";
      readonly resource: string | null;
      readonly by: string | null;
      /** The line of the rule that masks. */
      readonly byLine: number;
    }
  | { readonly kind: "kms-name-colon"; readonly path: string }
  | { readonly kind: "kms-name-twice"; readonly path: string; readonly firstLine: number }
  | { readonly kind: "kms-timeout"; readonly path: string }
  | { readonly kind: "kms-endpoint"; readonly path: string }
  | { readonly kind: "kms-scheme"; readonly path: string; readonly scheme: string | null }
  | { readonly kind: "kms-cachesize-zero"; readonly path: string }
  | { readonly kind: "kms-cachesize-v2"; readonly path: string }
  | { readonly kind: "kms-version"; readonly path: string; readonly version: string | null };

/** One reason and the line it stands at, from 1. */
export interface Refusal {
  readonly line: number;
  readonly reason: RefusalReason;
}
