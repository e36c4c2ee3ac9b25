import { fingerprintOf } from "../evidence/fingerprint.ts";
import { FINDING_KINDS, type Finding, type FindingKind, type PolicyLevel } from "../model/finding.ts";
import type { SourceFacts } from "../model/source-facts.ts";
import type { StoredValue } from "../model/stored-value.ts";
import { escapeForTerminal } from "./escape.ts";
import { decodeEtcdKey } from "./etcd-key.ts";
import { sarifText } from "./sarif-text.ts";
import { encodeForUri, pathUri } from "./uri.ts";
import { messageOf } from "./words.ts";

const RULE_INDEX = new Map<FindingKind, number>(FINDING_KINDS.map((kind, index) => [kind, index]));

/** A finding as a SARIF result. GitHub takes only results with a file and a line: a stored value has line 1. */
export function sarifResult(finding: Finding, sources: readonly SourceFacts[]) {
  const { kind, level, subject } = finding;
  const fingerprint = fingerprintOf(finding);
  const value = subject.kind === "value" ? subject.value : null;
  return {
    ruleId: kind,
    ruleIndex: RULE_INDEX.get(kind),
    ...OUTCOMES[level],
    message: { text: sarifText(messageOf(finding)) },
    locations: [
      {
        physicalLocation: physicalLocation(finding, sources),
        ...(value === null ? {} : { logicalLocations: [logicalLocation(value)] }),
      },
    ],
    partialFingerprints: { primaryLocationLineHash: fingerprint, "etcdEncryptionAuditor/v1": fingerprint },
    ...(value === null ? {} : { properties: propertiesOf(value) }),
  };
}

/** A finding that policy switched off stays in the log, and fails nothing. */
const OUTCOMES = {
  error: { level: "error" },
  warning: { level: "warning" },
  note: { level: "note" },
  off: { kind: "informational", level: "none" },
} as const satisfies Record<PolicyLevel, object>;

function physicalLocation({ subject, source }: Finding, sources: readonly SourceFacts[]) {
  if (subject.kind === "configuration") {
    const { file, line } = subject.detail;
    return { artifactLocation: { uri: pathUri(file) }, region: { startLine: line } };
  }
  const file = subject.kind === "value" ? subject.value.file : null;
  const uri = file === null ? sourceUri(source === null ? undefined : sources[source]) : pathUri(file);
  return { artifactLocation: { uri }, region: { startLine: 1 } };
}

/** A running etcd is no file: consumers that want one get a name that is relative, and the same in every run. */
function sourceUri(source: SourceFacts | undefined): string {
  if (source === undefined) return "etcd";
  if (source.path !== null) return pathUri(source.path);
  const [endpoint] = source.endpoints ?? [];
  return endpoint === undefined ? "etcd" : `etcd/${encodeForUri(endpoint.replace(/^[a-z]+:\/\//, ""))}`;
}

function logicalLocation({ key, name }: StoredValue) {
  const decoded = decodeEtcdKey(key);
  const fullyQualifiedName = decoded.kind === "text" ? escapeForTerminal(decoded.text) : `base64:${decoded.base64}`;
  return { name: name === null ? fullyQualifiedName : escapeForTerminal(name), fullyQualifiedName, kind: "resource" };
}

function propertiesOf(value: StoredValue) {
  const { provider, keyName, keyId, kekVersion } = value.valueClass;
  return {
    resource: value.resource,
    namespace: value.namespace,
    modRevision: value.modRevision === 0 ? null : value.modRevision,
    location: value.location,
    offset: value.offset,
    provider,
    keyName,
    keyId,
    kekVersion,
  };
}
