import type { EtcdOverride } from "./configuration/manifest/api-server-settings.ts";
import { uncoveredResources } from "./configuration/uncovered-resources.ts";
import { type ConfigurationsInForce, readInForce } from "./in-force.ts";
import { exitCodeOf, verdictOf } from "./judge/policy.ts";
import { type AuditResult, DEFAULT_POLICY, type Policy } from "./model/audit-result.ts";
import type { Listeners } from "./model/listeners.ts";
import type { LiveOptions } from "./model/live-options.ts";
import type { IncompleteReason } from "./model/source-facts.ts";
import type { KeyringOptions } from "./proof/keyring.ts";
import { readAgainWhenOvertaken } from "./read-source.ts";
import { now, toolIdentity } from "./run-facts.ts";
import type { ScopeOptions } from "./scope/scope-options.ts";
import { type ReadSource, seal } from "./tally/seal.ts";
import type { UnwrappedAll } from "./unwrap-all.ts";

/** What to audit, and how. Only the source must be given: `path` or `live`. */
export interface AuditOptions extends Listeners {
  /** A snapshot or database file, plain or gzip, or `-` for standard input. */
  readonly path?: string;
  /** A running etcd. */
  readonly live?: LiveOptions;
  /** Default: secrets, under the default prefixes. */
  readonly scope?: Partial<ScopeOptions>;
  /** Default: fail on errors. */
  readonly policy?: Policy;
  /** Path of a JSON report of an earlier scan: findings that are in it don't fail this one. */
  readonly baseline?: string;
  /** A name for the report. */
  readonly cluster?: string | null;
  /** The EncryptionConfigurations in force, files; several are those of several API servers. Default: none is known. */
  readonly configurations?: ConfigurationsInForce;
  /** Resources that the API servers keep in another etcd than the one that is looked at. */
  readonly elsewhere?: readonly EtcdOverride[];
  /** Whether values are opened in memory with the keys of the configurations. Default: yes. */
  readonly decrypt?: boolean;
  /** KMS keys in force, `kms-v2/NAME@KEY-ID` or `kms-v1/NAME@VERSION`; else the newest seen is taken for it, as a warning. */
  readonly currentKmsKeys?: readonly string[];
  /** Whether the KMS plugins of the configurations are asked for the key in force. Default: no. */
  readonly kmsStatus?: boolean;
  /** Whether the KMS plugins unwrap each data key, so that values are opened; reads the source twice. Default: no. */
  readonly kmsDecrypt?: boolean;
  /** Whether superseded revisions are looked at too. Default: yes, but of a live etcd only when they are few. */
  readonly history?: boolean;
  /** Whether freed pages, the file's tail and WAL files are looked at too. Default: yes for files, no for a live etcd. */
  readonly residue?: boolean;
  /** Whether the result is to list every value in scope; costs memory for each. Default: false. */
  readonly keepValues?: boolean;
}

/**
 * Reads one source, classifies and judges every stored value in scope, and returns the sealed result. No value, and
 * nothing decrypted from one, is in the result.
 * @throws AuditError when the source can't be used at all
 */
export async function audit(options: AuditOptions): Promise<AuditResult> {
  const startedAt = now();
  // Loaded on demand: what reads reports takes longer to load than a small file to scan.
  const comparison = options.baseline === undefined ? null : await import("./comparison/baseline.ts");
  const baseline = await comparison?.readBaseline(options.baseline ?? "", "scan", options.signal);
  const keys = { decrypts: options.decrypt ?? true };
  const unwrapped = options.kmsDecrypt ? await (await import("./unwrap-all.ts")).unwrapAll(options, keys) : null;
  const auditing = auditWith(options, keys, unwrapped, startedAt);
  const result = await auditing.finally(() => unwrapped?.dataKeys.wipe());
  if (comparison === null || baseline === undefined) return result;
  for (const doubt of comparison.baselineDoubts(baseline, result)) options.onNotice?.(doubt);
  return comparison.withBaseline(result, baseline);
}

/** @param unwrapped what KMS plugins have unwrapped; null where they were not asked */
async function auditWith(
  options: AuditOptions,
  keys: KeyringOptions,
  unwrapped: UnwrappedAll | null,
  startedAt: Date,
): Promise<AuditResult> {
  const tool = await toolIdentity();
  const policy = options.policy ?? DEFAULT_POLICY;
  const inForce = await readInForce(
    options.configurations ?? [],
    unwrapped === null ? keys : { ...keys, dataKeys: unwrapped.dataKeys },
  );
  const { classifier } = inForce;
  const asksForKeys = (options.currentKmsKeys ?? []).length > 0 || options.kmsStatus === true;
  const kms = asksForKeys ? await import("./current-kms-keys.ts") : null;
  const current = await kms?.currentKmsKeys(options, inForce.configurations);
  const read = await readAgainWhenOvertaken({ ...options, kmsKeys: current?.named ?? [] }, inForce);
  const source = withReasons(read, [...(current?.reasons ?? []), ...(unwrapped?.reasons ?? [])]);
  kms?.refuseUnknownKmsKeys(current?.named ?? [], inForce, [source]);
  const { facts, scope } = source;
  const uncovered = uncoveredResources(inForce.configurations, scope.resourcesSeen());
  const { summary, found, findings, alike, values, decrypted } = seal(source, classifier, policy, {
    inConfigurations: [
      ...inForce.findings,
      ...uncovered.map((detail) => ({ kind: "config-resource-not-covered", detail }) as const),
    ],
  });
  const isComplete = facts.incompleteReasons.length === 0;
  const wasInterrupted = facts.incompleteReasons.some(({ code }) => code === "interrupted");
  return {
    tool,
    cluster: options.cluster ?? null,
    command: "scan",
    startedAt,
    finishedAt: now(),
    sources: [facts],
    prefixes: scope.prefixTexts.filter((prefix) => scope.hasRecordsUnder(prefix)),
    resources: scope.auditedResources,
    namespaces: options.scope?.namespaces ?? [],
    configs: inForce.facts,
    looked: {
      head: true,
      history: facts.readsHistory,
      freePages: facts.readsFreePages,
      tail: facts.readsTail,
      wal: facts.readsWal,
      configuration: inForce.configurations.length > 0,
      kmsCurrent: source.tally.kmsKeys.areAllNamed,
      decrypted,
    },
    policy,
    exitCode: exitCodeOf(isComplete, wasInterrupted, found, policy),
    verdict: verdictOf(isComplete, found),
    summary,
    rotation: null,
    findings,
    alike,
    values,
  };
}

function withReasons(read: ReadSource, reasons: readonly IncompleteReason[]): ReadSource {
  const { incompleteReasons } = read.facts;
  // A source that is read twice may tell the same twice.
  const further = reasons.filter(({ message }) => !incompleteReasons.some((each) => each.message === message));
  return { ...read, facts: { ...read.facts, incompleteReasons: [...incompleteReasons, ...further] } };
}
