import { fingerprintOf } from "../evidence/fingerprint.ts";
import type { ConfigurationDetail, Finding, FindingSubject } from "../model/finding.ts";
import type { SourceFacts } from "../model/source-facts.ts";
import { decodeEtcdKey } from "./etcd-key.ts";
import type { ReportFinding } from "./schema.ts";
import { messageOf, remediationOf } from "./words.ts";

/**
 * A finding with every field of the contract, in its order, in words; null where a field has no meaning, undefined for
 * the one of `key` and `keyBase64` that does not apply. `level` is as policy set it: a finding at `off` stays in the
 * report. Texts are raw: escape them for where they go.
 */
export function findingRow(finding: Finding, sources: readonly SourceFacts[]): ReportFinding {
  const value = finding.subject.kind === "value" ? finding.subject.value : null;
  const valueClass = value?.valueClass;
  const place = placeOf(finding.subject);
  const key = value === null ? { key: null, keyBase64: undefined } : keyFields(value.key);
  // One literal and no spread: a report may hold a million of these, and spreading takes most of the time.
  return {
    kind: finding.kind,
    level: finding.level,
    key: key.key,
    keyBase64: key.keyBase64,
    resource: value?.resource ?? place?.resource ?? null,
    namespace: value?.namespace ?? null,
    name: value?.name ?? null,
    modRevision: revisionOf(value?.modRevision),
    createRevision: revisionOf(value?.createRevision),
    location: value?.location ?? null,
    provider: valueClass?.provider ?? place?.key?.provider ?? null,
    keyName: valueClass?.keyName ?? place?.key?.name ?? null,
    keyId: valueClass?.keyId ?? null,
    kekVersion: valueClass?.kekVersion ?? null,
    source: finding.source,
    cluster: finding.written?.cluster,
    file: value?.file ?? place?.file ?? null,
    line: place?.line ?? null,
    offset: value?.offset ?? null,
    fingerprint: fingerprintOf(finding),
    message: messageOf(finding),
    remediation: remediationOf(finding, finding.source === null ? undefined : sources[finding.source]),
  };
}

/** What a finding that is about no value tells of a resource, a key and a file. */
function placeOf(
  subject: FindingSubject,
): Partial<Pick<ConfigurationDetail, "file" | "line" | "resource" | "key">> | null {
  if (subject.kind === "configuration") return subject.detail;
  if (subject.kind === "report") return subject;
  if (subject.kind === "value") return null;
  const { detail } = subject;
  if (detail.kind === "writers-disagree") return { resource: detail.resource };
  return detail.kind === "write-budget" ? { key: detail.key } : null;
}

/** A put in a WAL has no revision. */
function revisionOf(revision: number | undefined): number | null {
  return revision === undefined || revision === 0 ? null : revision;
}

/** The two fields of which one tells an etcd key: `key`, or `keyBase64` where its bytes are not UTF-8. */
export function keyFields(
  key: Uint8Array,
): { readonly key: string; readonly keyBase64: undefined } | { readonly key: undefined; readonly keyBase64: string } {
  const decoded = decodeEtcdKey(key);
  return decoded.kind === "text"
    ? { key: decoded.text, keyBase64: undefined }
    : { key: undefined, keyBase64: decoded.base64 };
}
