import type { FindingKind } from "../model/finding.ts";
import type { Provider } from "../model/value-class.ts";
import type { Matter } from "./matters.ts";
import type { Need } from "./need.ts";

/** Every framework of which controls are assessed, by the name that reports give it. */
export const FRAMEWORKS = [
  "CIS Kubernetes Benchmark 1.4",
  "CIS Kubernetes Benchmark 1.5",
  "CIS Kubernetes Benchmark 1.6",
  "CIS Kubernetes Benchmark 1.20",
  "CIS Kubernetes Benchmark 1.23",
  "CIS Kubernetes Benchmark 1.24",
  "CIS Kubernetes Benchmark 1.7",
  "CIS Kubernetes Benchmark 1.8",
  "CIS Kubernetes Benchmark 1.9",
  "CIS Kubernetes Benchmark 1.10",
  "CIS Kubernetes Benchmark 1.11",
  "CIS Kubernetes Benchmark 1.12",
  "CIS Kubernetes Benchmark 2.0.1",
  "CIS Amazon EKS Benchmark",
  "CIS AKS Benchmark",
  "CIS GKE Benchmark",
  "CIS GKE Benchmark 1.0",
  "CIS OpenShift Benchmark 1.9",
  "DISA Kubernetes STIG",
  "DISA OpenShift STIG",
  "NIST SP 800-53 r5",
  "FedRAMP Moderate r4",
  "PCI DSS 4.0",
  "HIPAA",
  "SOC 2 TSC",
  "ISO/IEC 27001:2022",
  "BSI IT-Grundschutz",
] as const;
/** The name of a framework. */
export type Framework = (typeof FRAMEWORKS)[number];

/** The kind of cluster that a control is for, where it is not for every cluster. */
export type ClusterKind = "openshift" | "managed";

/** One control of a framework: what it is called there, and what of it stored bytes can say. */
export interface Control {
  readonly id: string;
  readonly title: string;
  readonly matter: Matter;
  /** Where it is for one kind of cluster only. */
  readonly only?: ClusterKind;
  /** The providers that it accepts, where it accepts fewer than its matter. */
  readonly providers?: readonly Provider[];
}

/** What was seen against or for a control. It speaks of what was looked at and of nothing else. */
const CONTROL_STATUSES = ["supported", "contradicted", "not-assessed"] as const;
/** `supported` only where all that the control needs was seen and nothing spoke against it. */
type ControlStatus = (typeof CONTROL_STATUSES)[number];

/** A control with what an audit says of it. */
export interface AssessedControl {
  readonly framework: Framework;
  readonly control: Control;
  readonly status: ControlStatus;
  /** Kinds of finding that contradict it; every finding of such a kind does. */
  readonly contradictedBy: readonly FindingKind[];
  /** Providers of live values that it does not accept. */
  readonly refusedProviders: readonly Provider[];
  /** Why it could not be assessed, in the order of importance; empty otherwise. */
  readonly gaps: readonly Gap[];
}

/** Why a control could not be assessed: something was not seen, or a finding leaves it open. */
export type Gap =
  | { readonly kind: "other-cluster"; readonly only: ClusterKind }
  | { readonly kind: "not-seen"; readonly need: Need }
  | { readonly kind: "left-open"; readonly by: FindingKind }
  | { readonly kind: "procedure" };
