import type { AuditResult } from "../model/audit-result.ts";
import type { FindingKind } from "../model/finding.ts";
import type { Provider } from "../model/value-class.ts";
import {
  type AssessedControl,
  type ClusterKind,
  type Control,
  FRAMEWORKS,
  type Framework,
  type Gap,
} from "./control.ts";
import { CONTROLS } from "./index.ts";
import { EVIDENCE, type Evidence } from "./matters.ts";
import { isSeen } from "./need.ts";

const SECRETS = "secrets";
const OPENSHIFT_PREFIXES: readonly string[] = ["/kubernetes.io", "/openshift.io"];

/**
 * What an audit says of every control, in the order of the frameworks. Policy changes nothing here, as it changes no
 * verdict. What was seen against a control counts even where not everything was seen; only support asks for all.
 */
export function assessControls(result: AuditResult): readonly AssessedControl[] {
  return FRAMEWORKS.flatMap((framework) => CONTROLS[framework].map((control) => assess(framework, control, result)));
}

function assess(framework: Framework, control: Control, result: AuditResult): AssessedControl {
  const nothing = { framework, control, contradictedBy: [], refusedProviders: [], gaps: [] } as const;
  if (control.only !== undefined && !isOf(control.only, result)) {
    return { ...nothing, status: "not-assessed", gaps: [{ kind: "other-cluster", only: control.only }] };
  }
  const evidence: Evidence = EVIDENCE[control.matter];
  const contradictedBy = found(evidence.contradictedBy, result).filter((kind) => concerns(kind, evidence, result));
  const refusedProviders = refused(control.providers ?? evidence.providers, evidence, result);
  // What a platform never writes was not written there: this is no cluster of its kind.
  if (control.only === "managed" && refusedProviders.length > 0) {
    return { ...nothing, status: "not-assessed", gaps: [{ kind: "other-cluster", only: control.only }] };
  }
  if (contradictedBy.length > 0 || refusedProviders.length > 0) {
    return { ...nothing, status: "contradicted", contradictedBy, refusedProviders };
  }
  const gaps = gapsOf(evidence, result);
  return { ...nothing, status: gaps.length === 0 ? "supported" : "not-assessed", gaps };
}

function gapsOf(evidence: Evidence, result: AuditResult): readonly Gap[] {
  const open = found([...evidence.contradictedBy, ...evidence.leftOpenBy], result);
  return [
    ...(evidence.canBeSupported ? [] : [{ kind: "procedure" } as const]),
    ...evidence.needs.filter((need) => !isSeen(need, result)).map((need) => ({ kind: "not-seen", need }) as const),
    ...open.map((by) => ({ kind: "left-open", by }) as const),
  ];
}

/** Those kinds of which there is a finding, in the order given. */
function found(kinds: readonly FindingKind[], { summary }: AuditResult): readonly FindingKind[] {
  return kinds.filter((kind) => (summary.findings.byKind.get(kind) ?? 0) > 0);
}

/** Whether findings of a kind are about what the control is about, where it is about secrets alone. */
function concerns(kind: FindingKind, { onlySecrets }: Evidence, { summary, resources }: AuditResult): boolean {
  if (!onlySecrets || kind.startsWith("config-")) return true;
  if (resources.every((resource) => resource === SECRETS)) return true;
  // Of superseded revisions it is not counted whose they are.
  if (kind !== "plaintext-value") return false;
  return summary.resources.some(({ resource, counts }) => resource === SECRETS && counts.plaintext > 0);
}

/** Providers of encrypted live values that are not among the accepted ones. */
function refused(
  accepted: readonly Provider[] | null,
  { onlySecrets }: Evidence,
  { summary }: AuditResult,
): readonly Provider[] {
  if (accepted === null) return [];
  const uses = summary.resources.filter(({ resource, audited }) => (onlySecrets ? resource === SECRETS : audited));
  const providers = uses.flatMap(({ classes }) =>
    classes.flatMap(({ valueClass: { state, provider } }) =>
      state === "encrypted" && provider !== null ? [provider] : [],
    ),
  );
  return [...new Set(providers)].filter((provider) => !accepted.includes(provider)).sort();
}

/** Whether what was audited can be a cluster of this kind. */
function isOf(only: ClusterKind, { prefixes, sources }: AuditResult): boolean {
  switch (only) {
    case "openshift":
      return prefixes.some((prefix) => OPENSHIFT_PREFIXES.includes(prefix));
    case "managed":
      return sources.some(({ kind }) => kind === "snapshot");
  }
}
