import { FINDING_KINDS, type Finding, type FindingSubject } from "../model/finding.ts";
import type { StoredValue } from "../model/stored-value.ts";
import type { State } from "../model/value-class.ts";
import type { ReportFinding } from "../report/schema.ts";

/** Where the findings of one report stand in a result that is made of several. */
export interface ReportPlace {
  /** Index of the report's cluster. */
  readonly cluster: number;
  /** Index of the report's first source. */
  readonly firstSource: number;
}

/**
 * A finding of a report as one of a result made of several: what can be told of it by its fields, and its words and
 * fingerprint as they stand there.
 */
export function reportedFinding(row: ReportFinding, { cluster, firstSource }: ReportPlace): Finding {
  const { fingerprint, message, remediation } = row;
  return {
    // Others were refused when the report was read first.
    kind: row.kind,
    level: row.level,
    source: row.source === null ? null : firstSource + row.source,
    subject: subjectOf(row),
    written: { fingerprint, message, remediation: remediation ?? "", cluster },
  };
}

/** Whether this version can tell what a finding of this kind is. */
export function isKnownKind(kind: string): boolean {
  return (FINDING_KINDS as readonly string[]).includes(kind);
}

function subjectOf(row: ReportFinding): FindingSubject {
  const { file, line, resource, provider, keyName, message, remediation } = row;
  const value = storedValueOf(row);
  if (value !== null) return { kind: "value", value };
  const key = provider === null ? null : { provider, name: keyName };
  if (file === null || line === null) return { kind: "report", resource, key };
  const detail = { file, line, resource, key, identity: "", message, remedy: remediation ?? "" };
  return { kind: "configuration", detail };
}

function storedValueOf(row: ReportFinding): StoredValue | null {
  const { key, keyBase64, resource, location } = row;
  if (location === null || resource === null) return null;
  const text = keyBase64 === undefined ? key : null;
  if (text === undefined || (text === null && keyBase64 === undefined)) return null;
  const { provider, keyName, keyId, kekVersion } = row;
  return {
    key: text === null ? Buffer.from(keyBase64 ?? "", "base64") : Buffer.from(text, "utf8"),
    resource,
    namespace: row.namespace,
    name: row.name,
    modRevision: row.modRevision ?? 0,
    createRevision: row.createRevision ?? 0,
    location,
    file: row.file,
    offset: row.offset,
    standing: null,
    valueClass: {
      state: stateOf(row),
      provider,
      keyName,
      keyId,
      kekVersion,
      encoding: null,
      malformation: null,
    },
  };
}

/** The state is no field of a finding, but its kind or provider tells it. */
function stateOf({ kind, provider }: ReportFinding): State {
  if (kind === "malformed-ciphertext") return "malformed";
  if (provider === null) return "unknown";
  return provider === "identity" ? "plaintext" : "encrypted";
}
