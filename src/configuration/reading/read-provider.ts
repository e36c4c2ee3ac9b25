import type { ConfiguredProvider } from "../configuration.ts";
import type { DocumentNode } from "../document/document-node.ts";
import { FieldSet } from "./field-set.ts";
import { readKeys } from "./read-keys.ts";
import { type KmsNameRule, readKms } from "./read-kms.ts";
import type { RefusalList } from "./refusal-list.ts";

/** In the order in which the API server looks for them. */
const PROVIDER_FIELDS = ["kms", "aesgcm", "aescbc", "secretbox", "identity"] as const;
type ProviderField = (typeof PROVIDER_FIELDS)[number];

/** Key lengths in bytes (validation_encryption.go: aesKeySizes, secretBoxKeySizes). */
const KEY_LENGTHS = { aesgcm: [16, 24, 32], aescbc: [16, 24, 32], secretbox: [32] } as const;

/** One element of `providers`; undefined where it is refused. */
export function readProvider(
  node: DocumentNode,
  path: string,
  kmsNames: KmsNameRule,
  refusals: RefusalList,
): ConfiguredProvider | undefined {
  const fields = new FieldSet<ProviderField>(node, path, PROVIDER_FIELDS, refusals);
  const providers = PROVIDER_FIELDS.flatMap((kind) => {
    const value = fields.node(kind);
    if (value === undefined) return [];
    return [readKind(kind, value, { path: fields.pathOf(kind), line: fields.lineOf(kind) }, kmsNames, refusals)];
  });
  if (providers.length === 0) refusals.addValidation(fields.line, { kind: "no-provider", path });
  if (providers.length > 1) {
    const found = PROVIDER_FIELDS.filter((kind) => fields.node(kind) !== undefined);
    refusals.addValidation(fields.line, { kind: "several-providers", path, providers: found });
  }
  return providers[0];
}

function readKind(
  kind: ProviderField,
  node: DocumentNode,
  { path, line }: { readonly path: string; readonly line: number },
  kmsNames: KmsNameRule,
  refusals: RefusalList,
): ConfiguredProvider {
  switch (kind) {
    case "identity":
      new FieldSet<never>(node, path, [], refusals);
      return { kind, line };
    case "kms":
      return { ...readKms(node, path, kmsNames, refusals), line };
    case "aesgcm":
    case "aescbc":
    case "secretbox": {
      const list = new FieldSet(node, path, ["keys"], refusals).list("keys");
      return { kind, line, keys: readKeys(list, KEY_LENGTHS[kind], refusals) };
    }
  }
}
