import type { AuditResult } from "../model/audit-result.ts";

/** The etcd keys whose live value is not encrypted though it should be, in the order of the result. */
export function* plaintextKeys(result: AuditResult): Iterable<Uint8Array> {
  for (const { subject } of result.findings("plaintext-value")) if (subject.kind === "value") yield subject.value.key;
}
