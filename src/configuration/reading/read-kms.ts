import type { KmsProvider } from "../configuration.ts";
import type { DocumentNode } from "../document/document-node.ts";
import { quotable } from "../quotable.ts";
import { parseDuration } from "./duration.ts";
import { schemeOf } from "./endpoint.ts";
import { FieldSet } from "./field-set.ts";
import type { RefusalList } from "./refusal-list.ts";

const KMS_FIELDS = ["apiVersion", "name", "cachesize", "endpoint", "timeout"] as const;
type KmsFields = FieldSet<(typeof KMS_FIELDS)[number]>;

/** Defaults of pkg/apis/apiserver/v1/defaults.go; the timeout in milliseconds. */
const DEFAULT_VERSION = "v1";
const DEFAULT_TIMEOUT = 3000;
const DEFAULT_CACHE_SIZE = 1000;
const LARGEST_INT32 = 2 ** 31 - 1;

/** What is said about KMS names that repeat: v1 names may, unless the server reloads the file by itself. */
export interface KmsNameRule {
  /** The names read so far, with the line of each one's first mention. */
  readonly names: Map<string, number>;
  readonly automaticReload: boolean;
}

/** A KMS provider (validation_encryption.go: validateKMSConfiguration); the refused ones are never used. */
export function readKms(
  node: DocumentNode,
  path: string,
  rule: KmsNameRule,
  refusals: RefusalList,
): Omit<KmsProvider, "line"> {
  const fields = new FieldSet(node, path, KMS_FIELDS, refusals);
  const version = fields.text("apiVersion");
  const apiVersion = version.text === "" ? DEFAULT_VERSION : version.text;
  const name = readName(fields, apiVersion, rule, refusals);
  const timeout = readTimeout(fields, refusals);
  const endpoint = readEndpoint(fields, refusals);
  const cacheSize = readCacheSize(fields, apiVersion, refusals);
  if (apiVersion !== "v1" && apiVersion !== "v2") {
    const reason = { kind: "kms-version", path: version.path, version: quotable(apiVersion) } as const;
    refusals.addValidation(version.line, reason);
  }
  return { kind: apiVersion === "v2" ? "kms-v2" : "kms-v1", name, endpoint, timeout, cacheSize };
}

function readName(fields: KmsFields, apiVersion: string, rule: KmsNameRule, refusals: RefusalList): string {
  const { text, line, path } = fields.text("name");
  if (text === "") refusals.addValidation(line, { kind: "mandatory", path, field: "name", of: "provider" });
  if (apiVersion !== "v1" && text.includes(":")) refusals.addValidation(line, { kind: "kms-name-colon", path });
  const firstLine = rule.names.get(text);
  if (firstLine === undefined) rule.names.set(text, line);
  else if (apiVersion !== "v1" || rule.automaticReload) {
    refusals.addValidation(line, { kind: "kms-name-twice", path, firstLine });
  }
  return text;
}

function readTimeout(fields: KmsFields, refusals: RefusalList): number {
  if (fields.node("timeout") === undefined) return DEFAULT_TIMEOUT;
  const { text, line, path } = fields.text("timeout");
  const timeout = parseDuration(text);
  if (timeout === undefined) refusals.addDecoding(line, { kind: "wrong-type", path, expected: "duration" });
  else if (timeout <= 0) refusals.addValidation(line, { kind: "kms-timeout", path });
  return timeout ?? DEFAULT_TIMEOUT;
}

function readEndpoint(fields: KmsFields, refusals: RefusalList): string {
  const { text, line, path } = fields.text("endpoint");
  if (text === "") {
    refusals.addValidation(line, { kind: "mandatory", path, field: "endpoint", of: "kms" });
    return text;
  }
  const scheme = schemeOf(text);
  if (scheme === undefined) refusals.addValidation(line, { kind: "kms-endpoint", path });
  else if (scheme !== "unix") refusals.addValidation(line, { kind: "kms-scheme", path, scheme: quotable(scheme) });
  return text;
}

function readCacheSize(fields: KmsFields, apiVersion: string, refusals: RefusalList): number | null {
  const node = fields.node("cachesize");
  const path = fields.pathOf("cachesize");
  if (node === undefined) return apiVersion === "v1" ? DEFAULT_CACHE_SIZE : null;
  const size = node.kind === "number" ? node.integer : null;
  if (size === null || size > LARGEST_INT32 || size < -LARGEST_INT32 - 1) {
    refusals.addDecoding(node.line, { kind: "wrong-type", path, expected: "integer" });
    return null;
  }
  if (apiVersion !== "v1") refusals.addValidation(node.line, { kind: "kms-cachesize-v2", path });
  else if (size === 0) refusals.addValidation(node.line, { kind: "kms-cachesize-zero", path });
  return size;
}
