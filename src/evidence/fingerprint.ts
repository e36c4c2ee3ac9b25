import { hash } from "node:crypto";
import type { ConfigurationDetail, Finding, SourceDetail } from "../model/finding.ts";
import { referenceText } from "../model/key-reference.ts";
import type { StoredValue } from "../model/stored-value.ts";

/** Hex digits of a fingerprint: 128 bits. */
const FINGERPRINT_LENGTH = 32;

/**
 * What makes a finding the same finding in another report: 32 hex digits of SHA-256.
 *
 * It stays the same when the value is written anew and the finding still holds, in another snapshot, under another
 * name of the resource, and at another level. It changes with the kind, the etcd key and the location; for anything
 * but a live value also with the revision, since each superseded revision is a finding of its own. Provider, key name
 * and key ID are part of it for the kinds that are about the key: a value that is stale under key1 and, a rotation
 * later, under key2 is two findings, or a baseline of the first rotation would hide the second. For the other kinds they
 * are not: a value that can't be read, or is malformed, stays so under whatever name. A finding about a configuration
 * stays the same in another line; it changes with the file's path. One that was read from a report keeps its own.
 */
export function fingerprintOf(finding: Finding): string {
  if (finding.written !== undefined) return finding.written.fingerprint;
  const parts: Uint8Array[] = [];
  for (const part of [finding.kind, ...partsOf(finding)]) {
    const bytes = typeof part === "string" ? Buffer.from(part, "utf8") : part;
    // The length in front keeps two neighbouring parts from being read as one.
    const length = Buffer.allocUnsafe(4);
    length.writeUInt32BE(bytes.length);
    parts.push(length, bytes);
  }
  return hash("sha256", Buffer.concat(parts), "hex").slice(0, FINGERPRINT_LENGTH);
}

type Part = string | Uint8Array;

function partsOf(finding: Finding): readonly Part[] {
  switch (finding.subject.kind) {
    case "value":
      return [...partsOfValue(finding.subject.value), ...partsOfKey(finding.kind, finding.subject.value)];
    case "source":
      return partsOfSource(finding.subject.detail);
    case "configuration":
      return partsOfConfiguration(finding.subject.detail);
    case "report":
      return [];
  }
}

function partsOfValue(value: StoredValue): readonly Part[] {
  const parts = [value.key, value.location];
  if (value.location === "head") return parts;
  // A put in a WAL has no revision: where it lies tells it from another put of the same key.
  return [...parts, String(value.modRevision === 0 ? `at ${value.offset}` : value.modRevision)];
}

const KINDS_ABOUT_KEYS: ReadonlySet<string> = new Set(["stale-key", "stale-kms-key", "retired-key-in-use"]);

/** The KEK's version only where nothing else tells old from new: without a header shared by many it is not known. */
function partsOfKey(
  kind: string,
  { valueClass: { provider, keyName, keyId, kekVersion } }: StoredValue,
): readonly Part[] {
  if (!KINDS_ABOUT_KEYS.has(kind)) return [];
  const parts = [provider, keyName, keyId, ...(kind === "stale-kms-key" ? [kekVersion] : [])];
  return parts.map((part) => (part === null ? "" : `=${part}`));
}

/** Counts and revisions change from one scan to the next while the finding holds, so they are left out. */
function partsOfSource(detail: SourceDetail): readonly Part[] {
  switch (detail.kind) {
    case "unlooked-prefix":
      return [detail.prefix];
    case "writers-disagree":
      return [detail.resource];
    case "write-budget":
      return [referenceText(detail.key)];
    case "compaction-stalled":
    case "defragmentation-due":
    case "no-secrets-stored":
    case "residue-unattributed":
    case "members-differ":
      return [];
  }
}

/** The line moves with every edit of the file, and the words with the program's version. */
function partsOfConfiguration({ file, identity }: ConfigurationDetail): readonly Part[] {
  return [file, identity];
}
