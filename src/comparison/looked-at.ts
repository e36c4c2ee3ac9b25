import type { Location } from "../model/location.ts";
import type { ReportFinding } from "../report/schema.ts";
import type { ReportScope } from "./report-scope.ts";

/**
 * Whether a report looked where a finding of another one lies, so that the finding is gone when the report lacks it.
 * When in doubt it did not: a prefix under which no key is left any more is not in the list of those looked at.
 * @param before where the other report looked
 */
export function lookedAt(finding: ReportFinding, before: ReportScope | undefined, scope: ReportScope): boolean {
  if (!scope.isComplete) return false;
  const { location, resource, namespace, line } = finding;
  if (location !== null && !lookedIn(location, scope)) return false;
  if (!couldFind(finding, before, scope)) return false;
  // A rotation is verified against every key under every prefix, whatever its resource; a configuration lists rules.
  if (scope.command === "verify-rotation" || line !== null) return true;
  if (resource !== null && !scope.resources.includes(resource)) return false;
  if (location === null) return true;
  if (scope.namespaces.length > 0 && (namespace === null || !scope.namespaces.includes(namespace))) return false;
  return liesUnder(finding, scope.prefixes);
}

function lookedIn(location: Location, { looked }: ReportScope): boolean {
  switch (location) {
    case "head":
      return looked.head;
    case "history":
      return looked.history;
    case "free-page":
      return looked.freePages;
    case "file-tail":
      return looked.tail;
    case "wal":
      return looked.wal;
  }
}

/** Whether what the kind of finding is made from was there: a configuration, several members, the compact revision. */
function couldFind(
  { kind, file }: ReportFinding,
  before: ReportScope | undefined,
  { looked, sources, configurations }: ReportScope,
): boolean {
  switch (kind) {
    case "stale-key":
    case "unreadable-value":
    case "decryption-failed":
      return looked.configuration;
    case "config-resource-not-covered":
    case "config-refused":
    case "config-identity-first":
    case "config-published-key":
    case "config-secrets-not-covered":
    case "config-servers-differ":
    case "config-weak-key":
    case "config-duplicate-key-name":
    case "config-repeated-key":
    case "config-unreachable-provider":
    case "config-kms-v1":
    case "config-aesgcm-rotation":
    case "config-file-mode":
    case "config-legacy-kind":
      return looked.configuration && (configurations?.includes(file) ?? true);
    case "stale-kms-key":
      return looked.kmsCurrent || before?.looked.kmsCurrent === false;
    case "writers-disagree":
    case "write-budget":
      return looked.history || before?.looked.history === false;
    case "residue-unattributed":
      return looked.freePages;
    case "members-differ":
      return sources.some(({ kind: source, endpoints }) => source === "live" && (endpoints?.length ?? 0) > 1);
    case "compaction-stalled":
      return sources.some(({ compactRevision }) => compactRevision !== null);
    case "defragmentation-due":
      return sources.some(({ dbSizeInUse }) => dbSizeInUse !== null);
    case "plaintext-value":
    case "plaintext-revision":
    case "plaintext-residue":
    case "retired-key-in-use":
    case "unreadable-after":
    case "malformed-ciphertext":
    case "unknown-provider":
    case "nonce-reuse":
    case "resource-not-served":
    case "no-secrets-stored":
      return true;
    case "unlooked-prefix":
      // What the user of a live etcd may not read, a report does not tell.
      return sources.every(({ kind: source }) => source !== "live");
  }
}

function liesUnder({ key, keyBase64 }: ReportFinding, prefixes: readonly string[]): boolean {
  const bytes = keyBase64 === undefined ? Buffer.from(key ?? "", "utf8") : Buffer.from(keyBase64, "base64");
  return prefixes.some((prefix) => {
    const start = Buffer.from(`${prefix}/`, "utf8");
    return bytes.subarray(0, start.length).equals(start);
  });
}
