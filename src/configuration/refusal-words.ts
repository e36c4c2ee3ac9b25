import type { SyntaxProblem } from "./document/syntax-problem.ts";
import type { Base64Flaw, RefusalReason, ResourceNameFlaw } from "./refusal.ts";

const SYNTAX = {
  "not-utf-8": "it holds bytes that are not UTF-8",
  "control-character": "control characters are not allowed",
  indentation: "this line is not indented as the block it belongs to",
  tab: "a tab where blanks must indent",
  unclosed: "a colon, a quote or a bracket is missing",
  "bad-escape": "an escape in double quotes that YAML does not have",
  "bad-scalar-start": "a value begins with a character that must be quoted",
  "multiline-key": "a field name runs over several lines; a colon may be missing",
  "unknown-anchor": "an alias names an anchor that is not set before it",
  "anchor-in-itself": "an anchor's value contains itself",
  "too-many-aliases": "document contains excessive aliasing",
  "tag-mismatch": "a tag does not go with its value",
  "bad-directive": "a directive that YAML 1.1 does not have",
  "bad-merge": "map merge requires map or sequence of maps as the value",
  "key-not-text": "a field name that is no text",
  "nested-too-deep": "it is nested too deep",
  "unexpected-token": "something stands where it can't stand",
  "not-json": "it begins with a brace, and is not valid JSON from here on",
} as const satisfies Record<SyntaxProblem, string>;

const RESOURCE_NAME = {
  "capital-letters": "resource name should not contain capital letters",
  star: "use '*.' to encrypt all the resources from core API group or *.* to encrypt all resources",
  "no-rest-api": "resources which do not have REST API/s cannot be encrypted",
  "events-group":
    "'*.events.k8s.io' objects are stored using the 'events' API group in etcd. Use 'events' instead in the config file",
  "extensions-group": "'extensions' group has been removed and cannot be used for encryption",
  "across-groups": "encrypting the same resource across groups is not supported",
} as const satisfies Record<ResourceNameFlaw, string>;

const BASE64 = {
  "documentation-sample": "it is the sample of Kubermatic's documentation, which holds a `$`",
  template: "it is a template that nothing has filled in",
  "dollar-sign": "it holds a `$`, as some published samples do",
  "url-alphabet": "it uses `-` and `_`, the URL alphabet, in place of `+` and `/`",
  blank: "it holds blanks",
  padding: "its padding (`=`) is missing or too much",
  "other-character": "it holds characters that base64 does not have",
} as const satisfies Record<Base64Flaw, string>;

/** Why a configuration is refused, in the API server's words where those show no key. */
export function refusalMessage(reason: RefusalReason): string {
  switch (reason.kind) {
    case "empty-file":
      return "encryption provider configuration file is empty";
    case "syntax":
      return `not readable as ${reason.problem === "not-json" ? "JSON" : "YAML"}: ${SYNTAX[reason.problem]}`;
    case "kind-missing":
      return "Object 'Kind' is missing";
    case "version-missing":
      return "Object 'apiVersion' is missing";
    case "other-kind":
      return `no EncryptionConfiguration: kind ${shown(reason.apiKind)}, apiVersion ${shown(reason.apiVersion)}`;
    case "unknown-field":
      return `unknown field ${shown(reason.name)}${reason.path === "" ? "" : ` in ${reason.path}`}`;
    case "duplicate-field":
      return `${reason.path}: duplicate field`;
    case "wrong-type":
      return `${reason.path}: ${EXPECTED[reason.expected]}`;
    case "at-least-one":
      return `${reason.path}: Required value: at least one ${reason.path} is required`;
    case "no-provider":
      return `${reason.path}: provider does not contain any of the expected providers: KMS, AESGCM, AESCBC, Secretbox, Identity`;
    case "several-providers":
      return `${reason.path}: more than one provider specified in a single element (${reason.providers.join(", ")}), should split into different list elements`;
    case "mandatory":
      return `${reason.path}: Required value: ${reason.field} is a mandatory field for a ${reason.of}`;
    case "placeholder-secret":
      return `${reason.path}: the placeholder of the documentation stands where a key belongs`;
    case "secret-not-base64":
      return `${reason.path}: secrets must be base64 encoded: ${BASE64[reason.flaw]}`;
    case "secret-length":
      return `${reason.path}: secret is not of the expected length, got ${reason.length}, expected one of [${reason.expected.join(" ")}]`;
    case "resource-name":
      return `${reason.path}: Invalid value: ${shown(reason.resource)}: ${RESOURCE_NAME[reason.flaw]}`;
    case "duplicate-resource":
      return `${reason.path}: the same resource cannot be specified multiple times: ${shown(reason.resource)}`;
    case "overlapping-resources":
      return `${reason.path}: using overlapping resources such as 'secrets' and '*.' in the same resource list is not allowed as they will be masked`;
    case "masked":
      return `resource ${shown(reason.resource)} is masked by earlier rule ${shown(reason.by)} (line ${reason.byLine})`;
    case "kms-name-colon":
      return `${reason.path}: invalid KMS provider name, must not contain ':'`;
    case "kms-name-twice":
      return `${reason.path}: duplicate KMS provider name (first in line ${reason.firstLine}), names must be unique`;
    case "kms-timeout":
      return `${reason.path}: timeout should be a positive value`;
    case "kms-endpoint":
      return `${reason.path}: invalid endpoint for kms provider: not a URL`;
    case "kms-scheme":
      return `${reason.path}: unsupported scheme ${shown(reason.scheme)} for KMS provider, only unix is supported`;
    case "kms-cachesize-zero":
      return `${reason.path}: cachesize should be a positive value, or negative to disable`;
    case "kms-cachesize-v2":
      return `${reason.path}: cachesize is not supported in v2`;
    case "kms-version":
      return `${reason.path}: unsupported apiVersion ${shown(reason.version)} for KMS provider, only v1 and v2 are supported`;
  }
}

const EXPECTED = {
  text: "must be a text (put it in quotes if it looks like a number or a boolean)",
  list: "must be a list",
  mapping: "must be a mapping of fields",
  integer: "must be a 32-bit integer",
  duration: "must be a duration such as 3s or 500ms",
} as const;

function shown(text: string | null): string {
  return text === null ? "(not shown, as it may hold a key)" : `"${text}"`;
}
