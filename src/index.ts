/**
 * The library: the same audit that the command line runs.
 *
 * ```ts
 * import { audit } from "etcd-encryption-auditor";
 *
 * const result = await audit({ path: "snapshot.db" });
 * for (const finding of result.findings()) console.log(finding.kind, finding.level);
 * ```
 */
export { type AuditOptions, audit } from "./audit.ts";
export { auditConfigurations, type ConfigurationAuditOptions } from "./audit-configurations.ts";
export { type CompareOptions, compareReports } from "./comparison/compare-reports.ts";
export { type MergeOptions, mergeReports } from "./comparison/merge-reports.ts";
export type { EtcdOverride } from "./configuration/manifest/api-server-settings.ts";
export { AuditError, type ErrorCode } from "./errors.ts";
export { type ExplainOptions, explainKey } from "./explain-key.ts";
export type { ConfigurationsInForce } from "./in-force.ts";
export type { AlikeFindings } from "./model/alike-findings.ts";
export type {
  AuditResult,
  BaselineUse,
  KeyUse,
  Looked,
  NamespaceUses,
  Policy,
  ResourceUse,
  StateCounts,
  Summary,
  Verdict,
  WriteHistogram,
} from "./model/audit-result.ts";
export type { ClusterFacts, ReadCluster, UnreadableCluster } from "./model/cluster-facts.ts";
export type { ConfigurationFacts, ConfiguredResource } from "./model/configuration-facts.ts";
export {
  type ConfigurationDetail,
  DEFAULT_LEVELS,
  FINDING_KINDS,
  type Finding,
  type FindingKind,
  type FindingSubject,
  type Level,
  type PolicyLevel,
  type SourceDetail,
  type WrittenFinding,
} from "./model/finding.ts";
export type { KeyEvent, KeyEventKind, KeyEventPlace, KeyHistory } from "./model/key-history.ts";
export type { KeyReference } from "./model/key-reference.ts";
export type { Listeners } from "./model/listeners.ts";
export type { LiveOptions } from "./model/live-options.ts";
export { type Area, LOCATIONS, type Location } from "./model/location.ts";
export type { LedgerRow, Rotation, RotationAnswer, RotationQuestion } from "./model/rotation.ts";
export type { IncompleteCode, IncompleteReason, SourceFacts } from "./model/source-facts.ts";
export type { Standing } from "./model/standing.ts";
export type { InventoryRow, StoredValue } from "./model/stored-value.ts";
export type { Encoding, Malformation, Provider, State, ValueClass } from "./model/value-class.ts";
export type {
  Change,
  ComparedFinding,
  ComparedReport,
  Comparison,
  Difference,
  LookedWhat,
} from "./report/comparison.ts";
export {
  FORMATS,
  type Format,
  LISTS_VALUES,
  loadReporter,
  type Reporter,
  type ReportOptions,
  type ReportOutput,
} from "./report/index.ts";
export type { Report, ReportFinding, ReportHead } from "./report/schema.ts";
export type { ScopeOptions } from "./scope/scope-options.ts";
