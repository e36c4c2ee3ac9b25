import type { ExpectedValue } from "./expectation.ts";
import type { JsonReport, ScanOutput, StateCounts } from "./program-output.ts";
import { type CorpusPoint, readSnapshot } from "./scenario-folder.ts";

/** Finding kinds that a scan without a configuration has for values of an audited resource, by state and location. */
const FINDING_BY_STATE: Readonly<Record<string, Readonly<Record<"head" | "history", string>>>> = {
  plaintext: { head: "plaintext-value", history: "plaintext-revision" },
  malformed: { head: "malformed-ciphertext", history: "malformed-ciphertext" },
  unknown: { head: "unknown-provider", history: "unknown-provider" },
};

/** Source facts, counts, findings, verdict and exit code of a report. */
export function compareReport(
  point: CorpusPoint,
  expected: readonly ExpectedValue[],
  fileSha256: string,
  { run, report }: ScanOutput,
): string[] {
  const { expected: facts } = point;
  const dbSize = usedLength(readSnapshot(point), facts.page_size);
  const source = report.sources[0];
  // The head was asked for just before the snapshot was taken: the file can hold a later write.
  const headRevision = Math.max(facts.head_revision, ...expected.map((value) => value.modRevision));
  const isClassKnown = expected.every((value) => value.valueClass !== null);
  const exitCode = expectedFindings(expected).size === 0 ? 0 : 1;
  return [
    ...difference("sources", report.sources.length, 1),
    ...difference("source kind", source?.kind, "snapshot"),
    ...difference("head revision", source?.revision, headRevision),
    ...difference("compact revision", source?.compactRevision, facts.compact_revision),
    ...difference("contentSha256", source?.contentSha256, facts.db_sha256),
    ...difference("sha256", source?.sha256, fileSha256),
    ...difference("dbSize", source?.dbSize, dbSize),
    ...difference("dbSizeInUse", source?.dbSizeInUse, dbSize - facts.free_pages * facts.page_size),
    ...difference("complete", source?.complete, true),
    ...difference("incompleteReasons", source?.incompleteReasons.length, 0),
    ...difference("exitCode of the report", report.exitCode, run.status),
    ...compareKms(point, report),
    ...(isClassKnown
      ? [
          ...difference("exit code", run.status, exitCode),
          ...difference("verdict", report.verdict, exitCode === 0 ? "pass" : "fail"),
          ...compareStates("head", expected, report.summary.head),
          ...compareStates("history", expected, report.summary.history),
          ...compareFindings(expected, report),
        ]
      : []),
  ];
}

/**
 * Bytes up to the first page that was never used, by the newer meta page: what etcd calls the size of its database. The
 * file itself may be longer.
 */
function usedLength(snapshot: Buffer, pageSize: number): number {
  const metas = [0, pageSize].map((start) => ({
    highWaterMark: Number(snapshot.readBigUInt64LE(start + 56)),
    txid: snapshot.readBigUInt64LE(start + 64),
  }));
  const [first, second] = metas;
  const newer = first !== undefined && second !== undefined && first.txid > second.txid ? first : second;
  return (newer?.highWaterMark ?? 0) * pageSize;
}

/** `kms` of a point: values under each version of a remote key, where the stored bytes tell it. */
function compareKms(point: CorpusPoint, report: JsonReport): string[] {
  return (point.expected.kms ?? [])
    .filter((kms) => kms.kek_version !== null)
    .flatMap((kms) => {
      const key = report.summary.byKey.find(
        (candidate) =>
          candidate.provider === kms.provider &&
          candidate.keyName === kms.name &&
          candidate.keyId === kms.key_id &&
          candidate.kekVersion === kms.kek_version,
      );
      const name = `${kms.provider}/${kms.name} ${kms.kek_version}`;
      return [
        ...difference(`${name} in head`, key?.head ?? 0, kms.live_values),
        ...difference(`${name} in history`, key?.history ?? 0, kms.older_values),
      ];
    });
}

function compareStates(
  location: "head" | "history",
  expected: readonly ExpectedValue[],
  counts: StateCounts,
): string[] {
  const values = expected.filter((value) => value.location === location);
  return [
    ...difference(`${location} total`, counts.total, values.length),
    ...(["plaintext", "encrypted", "malformed", "unknown"] as const).flatMap((state) =>
      difference(
        `${location} ${state}`,
        counts[state],
        values.filter((value) => value.valueClass?.state === state).length,
      ),
    ),
  ];
}

function compareFindings(expected: readonly ExpectedValue[], report: JsonReport): string[] {
  const kinds = new Set(Object.values(FINDING_BY_STATE).flatMap(Object.values));
  const wanted = expectedFindings(expected);
  const found = new Set(
    report.findings
      .filter((finding) => kinds.has(finding.kind))
      .map((finding) => `${finding.kind} ${finding.modRevision} ${finding.key}`),
  );
  const counts = [...kinds].flatMap((kind) =>
    difference(
      `findings of ${kind}`,
      report.summary.findings.byKind[kind] ?? 0,
      [...wanted].filter((finding) => finding.startsWith(`${kind} `)).length,
    ),
  );
  return [
    ...counts,
    ...[...wanted].filter((finding) => !found.has(finding)).map((finding) => `finding missing: ${finding}`),
    ...[...found].filter((finding) => !wanted.has(finding)).map((finding) => `finding too many: ${finding}`),
  ];
}

function expectedFindings(expected: readonly ExpectedValue[]): Set<string> {
  return new Set(
    expected
      .filter((value) => value.isSecret)
      .flatMap((value) => {
        const kind = FINDING_BY_STATE[value.valueClass?.state ?? ""]?.[value.location];
        return kind === undefined ? [] : [`${kind} ${value.modRevision} ${value.key}`];
      }),
  );
}

function difference(what: string, actual: unknown, expected: unknown): string[] {
  return actual === expected ? [] : [`${what} is ${JSON.stringify(actual)}, not ${JSON.stringify(expected)}`];
}
