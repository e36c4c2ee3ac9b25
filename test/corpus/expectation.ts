import { RAW_VALUES } from "./raw-values.ts";
import type { CorpusPoint, StoredRevision } from "./scenario-folder.ts";

/** How a value must be classified. `kekVersion` is absent where the fixtures do not tell it. */
interface ExpectedClass {
  readonly state: string;
  readonly provider: string | null;
  readonly keyName: string | null;
  readonly keyId: string | null;
  readonly encoding: string | null;
  readonly kekVersion?: string | null;
}

/** A line that the inventory must have. `valueClass` is null for a value put into etcd by hand that no table knows. */
export interface ExpectedValue {
  readonly key: string;
  readonly modRevision: number;
  readonly createRevision: number;
  readonly version: number;
  readonly lease: string;
  readonly size: number;
  readonly location: "head" | "history";
  readonly isSecret: boolean;
  readonly valueClass: ExpectedClass | null;
}

/** The one key of kube-apiserver outside its prefix. */
const COMPACTION_KEY = "compact_rev_key";

/** Every value that must be in the inventory of a point under its etcd prefix: one for each record but tombstones. */
export function expectedValues(point: CorpusPoint, revisions: readonly StoredRevision[]): ExpectedValue[] {
  const inScope = revisions.filter(
    (record) => record.key.startsWith(`${point.etcdPrefix}/`) || record.key === COMPACTION_KEY,
  );
  const newest = new Map<string, StoredRevision>();
  for (const record of inScope) {
    const other = newest.get(record.key);
    if (other === undefined || compareRevisions(other, record) < 0) newest.set(record.key, record);
  }
  const rawByRevision = new Map(point.rawValues.map((raw) => [`${raw.rev} ${raw.key}`, raw.what]));
  const kekVersions = new Map(
    point.objects.flatMap((object) =>
      object.history
        .filter((write) => typeof write.kek_version === "string")
        .map((write) => [`${write.rev} ${object.key}`, write.kek_version as string] as const),
    ),
  );
  return inScope
    .filter((record) => !record.tombstone)
    .map((record) => ({
      key: record.key,
      modRevision: record.rev,
      createRevision: record.create,
      version: record.version,
      lease: record.lease,
      size: record.size,
      location: newest.get(record.key) === record ? "head" : "history",
      isSecret: record.key.startsWith(`${point.etcdPrefix}/secrets/`),
      valueClass: expectedClass(
        record,
        rawByRevision.get(`${record.rev} ${record.key}`),
        kekVersions.get(`${record.rev} ${record.key}`),
        point.etcdPrefix,
      ),
    }));
}

function expectedClass(
  record: StoredRevision,
  what: string | undefined,
  kekVersion: string | undefined,
  prefix: string,
): ExpectedClass | null {
  if (what !== undefined) {
    const raw = RAW_VALUES.get(what);
    if (raw === undefined) return null;
    switch (raw.kind) {
      case "malformed":
        return { ...noKey("malformed", raw.provider), keyName: raw.hasName ? nameOf(record) : null };
      case "unknown":
        return { ...noKey("unknown", null), kekVersion: null };
      case "plaintext":
        return { ...noKey("plaintext", "identity"), encoding: raw.encoding, kekVersion: null };
      case "as-its-prefix-says":
        break;
    }
  }
  if (record.prefix_provider === "identity") {
    return { ...noKey("plaintext", "identity"), encoding: encodingOf(record.key, prefix), kekVersion: null };
  }
  const encrypted = { ...noKey("encrypted", record.prefix_provider), keyName: nameOf(record) };
  // In KMS v1 the fixtures call the version text of the wrapped DEK a key id.
  if (record.prefix_provider === "kms-v1") {
    const version = kekVersion ?? record.key_id;
    return version === null ? encrypted : { ...encrypted, kekVersion: version };
  }
  const local = { ...encrypted, keyId: record.key_id };
  if (record.prefix_provider !== "kms-v2") return { ...local, kekVersion: null };
  return kekVersion === undefined ? local : { ...local, kekVersion };
}

function noKey(state: string, provider: string | null): ExpectedClass {
  return { state, provider, keyName: null, keyId: null, encoding: null };
}

/** Without a configuration the name of a local key ends at the first colon. */
function nameOf(record: StoredRevision): string | null {
  const name = record.prefix_name;
  return record.prefix_provider === "kms-v1" ? name : (name?.split(":", 1)[0] ?? null);
}

/** Groups of custom resources, and no other folder, hold a dot; what is stored there is JSON. */
function encodingOf(key: string, prefix: string): string {
  if (key === COMPACTION_KEY) return "unrecognized";
  return key
    .slice(prefix.length + 1)
    .split("/", 1)[0]
    ?.includes(".") === true
    ? "json"
    : "protobuf";
}

function compareRevisions(a: StoredRevision, b: StoredRevision): number {
  return a.rev - b.rev || a.sub - b.sub;
}
