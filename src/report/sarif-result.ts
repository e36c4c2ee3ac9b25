import { fingerprintOf } from "../evidence/fingerprint.ts";
import { FINDING_KINDS, type Finding, type FindingKind } from "../model/finding.ts";
import type { SourceFacts } from "../model/source-facts.ts";
import type { StoredValue } from "../model/stored-value.ts";
import { escapeForTerminal } from "./escape.ts";
import { decodeEtcdKey } from "./etcd-key.ts";
import { sarifText } from "./sarif-text.ts";
import { encodeForUri, pathUri } from "./uri.ts";
import { messageOf } from "./words.ts";

const RULE_INDEX = new Map<FindingKind, number>(FINDING_KINDS.map((kind, index) => [kind, index]));

/**
 * A finding as a SARIF result. GitHub takes only results with a file and a line: a stored value has line 1. What policy
 * switched off stays in the log, and fails nothing.
 */
export function sarifResult(finding: Finding, sources: readonly SourceFacts[]) {
  const { kind, level, subject } = finding;
  const fingerprint = fingerprintOf(finding);
  const value = subject.kind === "value" ? subject.value : null;
  // One literal and no spread: a log may hold a million of these, and spreading takes most of the time.
  return {
    ruleId: kind,
    ruleIndex: RULE_INDEX.get(kind),
    kind: level === "off" ? "informational" : undefined,
    level: level === "off" ? "none" : level,
    message: { text: sarifText(messageOf(finding)) },
    locations: [
      {
        physicalLocation: physicalLocation(finding, sources),
        logicalLocations: value === null ? undefined : [logicalLocation(value)],
      },
    ],
    partialFingerprints: { primaryLocationLineHash: fingerprint, "etcdEncryptionAuditor/v1": fingerprint },
    properties: value === null ? undefined : propertiesOf(value),
  };
}

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
  let uri = SOURCE_URIS.get(source);
  if (uri === undefined) {
    uri = newSourceUri(source);
    SOURCE_URIS.set(source, uri);
  }
  return uri;
}

const SOURCE_URIS = new WeakMap<SourceFacts, string>();

function newSourceUri(source: SourceFacts): string {
  if (source.path !== null) return pathUri(source.path);
  const [endpoint] = source.endpoints ?? [];
  return endpoint === undefined ? "etcd" : `etcd/${encodeForUri(endpoint.replace(/^[a-z]+:\/\//, ""))}`;
}

function logicalLocation({ key, name }: StoredValue) {
  const decoded = decodeEtcdKey(key);
  const fullyQualifiedName = decoded.kind === "text" ? escapeForTerminal(decoded.text) : `base64:${decoded.base64}`;
  return { name: name === null ? fullyQualifiedName : escapeForTerminal(name), fullyQualifiedName, kind: "resource" };
}

/** Absent where it has no meaning: SARIF's consumers show every property. */
function propertiesOf(value: StoredValue) {
  const { provider, keyName, keyId, kekVersion } = value.valueClass;
  return {
    resource: value.resource,
    namespace: value.namespace ?? undefined,
    modRevision: value.modRevision === 0 ? undefined : value.modRevision,
    location: value.location,
    offset: value.offset ?? undefined,
    provider: provider ?? undefined,
    keyName: keyName ?? undefined,
    keyId: keyId ?? undefined,
    kekVersion: kekVersion ?? undefined,
  };
}
