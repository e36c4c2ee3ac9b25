import { AuditError } from "../../errors.ts";
import { EtcdClientError } from "../../etcd/client/client-error.ts";
import type { EtcdClient } from "../../etcd/client/etcd-client.ts";

/** An etcd that could not be used at all: nothing was scanned. */
export function unusable(error: unknown): unknown {
  if (!(error instanceof EtcdClientError)) return error;
  return new AuditError("NOT_CONNECTED", error.message, { nextStep: error.nextStep, cause: error });
}

/** The scan must begin anew with an empty sink. */
export function compactedMeanwhile(error: EtcdClientError): AuditError {
  return new AuditError("COMPACTED_MEANWHILE", `${error.message}: a compaction has overtaken the scan`, {
    nextStep: "scan again, or with --no-history",
    cause: error,
  });
}

/**
 * @throws AuditError USAGE when the store has no such revision, no more or not yet
 */
export async function assertStored(client: EtcdClient, key: Uint8Array, revision: number, head: number): Promise<void> {
  const oldest = await client.compactRevision(key, head);
  if (revision <= head && revision >= oldest) return;
  const what = revision > head ? "newer than the store" : "no longer in the store";
  throw new AuditError(
    "USAGE",
    `--revision ${revision} is ${what}, which goes from ${Math.max(1, oldest)} to ${head}`,
    { nextStep: "name a revision between them, or leave --revision out" },
  );
}
