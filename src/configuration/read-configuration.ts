import { createHash } from "node:crypto";
import type { Configuration, ConfigurationKind } from "./configuration.ts";
import type { DocumentNode } from "./document/document-node.ts";
import { readDocument } from "./document/read-document.ts";
import { SyntaxRefusal } from "./document/syntax-problem.ts";
import { quotable } from "./quotable.ts";
import { FieldSet } from "./reading/field-set.ts";
import { readProvider } from "./reading/read-provider.ts";
import { RefusalList } from "./reading/refusal-list.ts";
import { checkResourceNames, checkResourceOverlap } from "./reading/resource-names.ts";
import { type Block, joinBlocks } from "./reading/rules.ts";
import type { Refusal, RefusalReason } from "./refusal.ts";

/** What a file turned out to be. A refused one has at least one refusal. */
export type ConfigurationReading =
  | { readonly kind: "accepted"; readonly path: string; readonly configuration: Configuration }
  | { readonly kind: "refused"; readonly path: string; readonly refusals: readonly Refusal[] };

/** How the API server is started, as far as it changes what it accepts. */
export interface ReadingOptions {
  /** `--encryption-provider-config-automatic-reload`: then KMS v1 names may not repeat either. Default: false. */
  readonly automaticReload?: boolean;
}

const GROUP_VERSION = "apiserver.config.k8s.io/v1";
const TOP_FIELDS = ["apiVersion", "kind", "resources"] as const;
const BLOCK_FIELDS = ["resources", "providers"] as const;

/**
 * Reads an EncryptionConfiguration as the API server of Kubernetes v1.36 does, KMS v1 allowed (apiserver
 * pkg/server/options/encryptionconfig/config.go: LoadEncryptionConfig). Never throws, whatever the bytes.
 * @param path names the file in results; nothing is opened
 */
export function readConfiguration(
  path: string,
  bytes: Uint8Array,
  { automaticReload = false }: ReadingOptions = {},
): ConfigurationReading {
  const refused = (line: number, reason: RefusalReason) =>
    ({ kind: "refused", path, refusals: [{ line, reason }] }) as const;
  if (bytes.length === 0) return refused(1, { kind: "empty-file" });
  let document: DocumentNode;
  try {
    document = readDocument(bytes);
  } catch (error) {
    if (!(error instanceof SyntaxRefusal)) throw error;
    return refused(error.line, { kind: "syntax", problem: error.problem });
  }
  const refusals = new RefusalList();
  const top = new FieldSet(document, "", TOP_FIELDS, refusals);
  const kind = readKind(top);
  if (typeof kind !== "string") return refused(kind.line, kind.reason);
  const rules = joinBlocks(readBlocks(top, automaticReload, refusals), refusals);
  if (refusals.refusals.length > 0) return { kind: "refused", path, refusals: refusals.refusals };
  const sha256 = createHash("sha256").update(bytes).digest("hex");
  const lines = { kindLine: top.lineOf("kind"), resourcesLine: top.lineOf("resources") };
  return { kind: "accepted", path, configuration: { path, sha256, kind, ...lines, rules } };
}

/** The kind and version decide first, whatever else is wrong (apimachinery serializer/json: Decode). */
function readKind(top: FieldSet<(typeof TOP_FIELDS)[number]>): ConfigurationKind | Refusal {
  const kind = top.text("kind");
  const apiVersion = top.text("apiVersion");
  if (kind.text === "") return { line: kind.line, reason: { kind: "kind-missing" } };
  if (apiVersion.text === "") return { line: apiVersion.line, reason: { kind: "version-missing" } };
  if (kind.text === "EncryptionConfiguration" && apiVersion.text === GROUP_VERSION) return kind.text;
  if (kind.text === "EncryptionConfig" && apiVersion.text === "v1") return kind.text;
  const quoted = { apiKind: quotable(kind.text), apiVersion: quotable(apiVersion.text) };
  return { line: kind.line, reason: { kind: "other-kind", ...quoted } };
}

function readBlocks(
  top: FieldSet<(typeof TOP_FIELDS)[number]>,
  automaticReload: boolean,
  refusals: RefusalList,
): readonly Block[] {
  const kmsNames = { names: new Map<string, number>(), automaticReload };
  const { items, line, path } = top.list("resources");
  if (items.length === 0) refusals.addValidation(line, { kind: "at-least-one", path });
  return items.map((node, index) => {
    const fields = new FieldSet(node, `${path}[${index}]`, BLOCK_FIELDS, refusals);
    const resources = fields.list("resources");
    const names = resources.items.map((item, at) => readName(item, `${resources.path}[${at}]`, refusals));
    if (names.length === 0) refusals.addValidation(resources.line, { kind: "at-least-one", path: resources.path });
    checkResourceOverlap(names, resources.path, refusals);
    checkResourceNames(names, refusals);
    const list = fields.list("providers");
    if (list.items.length === 0) refusals.addValidation(list.line, { kind: "at-least-one", path: list.path });
    const providers = list.items.flatMap(
      (item, at) => readProvider(item, `${list.path}[${at}]`, kmsNames, refusals) ?? [],
    );
    return { resources: names, providers };
  });
}

function readName(node: DocumentNode, path: string, refusals: RefusalList) {
  if (node.kind === "text") return { text: node.text, line: node.line, path };
  if (node.kind !== "null") refusals.addDecoding(node.line, { kind: "wrong-type", path, expected: "text" });
  return { text: "", line: node.line, path };
}
