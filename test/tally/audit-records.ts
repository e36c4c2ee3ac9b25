import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { type AuditOptions, audit } from "../../src/audit.ts";
import type { AuditResult } from "../../src/model/audit-result.ts";
import type { SourceDetail } from "../../src/model/finding.ts";
import type { EtcdRecord } from "../bbolt-file/etcd-record.ts";
import { type EtcdSnapshotOptions, etcdSnapshot } from "../bbolt-file/etcd-snapshot.ts";
import { filled, joined } from "../classify/made-values.ts";
import { plaintextSecret } from "../cli/messages.ts";

export const PLAINTEXT = plaintextSecret();
export const ENCRYPTED = joined("k8s:enc:aescbc:v1:key1:", filled(64));
export const MALFORMED = joined("k8s:enc:aescbc:v1:key1:", filled(3));
export const UNKNOWN = joined("k8s:enc:rot13:v1:key1:", filled(64));

/** Audits a snapshot with these records, as a file; `options` as of the audit, `snapshot` as of the file. */
export async function auditRecords(
  records: readonly EtcdRecord[],
  options: Omit<AuditOptions, "path"> & {
    readonly snapshot?: Omit<EtcdSnapshotOptions, "records">;
    gzip?: boolean;
  } = {},
): Promise<AuditResult> {
  const { snapshot = {}, gzip = false, ...rest } = options;
  const folder = mkdtempSync(join(tmpdir(), "audit-records-"));
  try {
    const path = join(folder, "snapshot.db");
    const { bytes } = etcdSnapshot({ ...snapshot, records });
    writeFileSync(path, gzip ? gzipSync(bytes) : bytes);
    return await audit({ path, keepValues: true, residue: false, ...rest });
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** The findings about values, as `kind key revision location`. */
export function valueFindings(result: AuditResult): readonly string[] {
  return [...result.findings()].flatMap(({ kind, subject }) => {
    if (subject.kind !== "value") return [];
    const { key, modRevision, location } = subject.value;
    return [`${kind} ${Buffer.from(key)} ${modRevision} ${location}`];
  });
}

/** The findings about the source as a whole, but for freed pages, of which a snapshot has some by chance. */
export function sourceFindings(result: AuditResult): readonly SourceDetail[] {
  return [...result.findings()].flatMap(({ subject }) =>
    subject.kind === "source" && subject.detail.kind !== "defragmentation-due" ? [subject.detail] : [],
  );
}

/** Why a result is incomplete: the code and message of each reason. */
export function reasonsOf(result: AuditResult): readonly string[] {
  return result.sources.flatMap(({ incompleteReasons }) =>
    incompleteReasons.map(({ code, message }) => `${code}: ${message}`),
  );
}
