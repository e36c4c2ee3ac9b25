import { BSI_GRUNDSCHUTZ } from "./bsi-grundschutz.ts";
import { CIS_KUBERNETES } from "./cis-kubernetes.ts";
import { CIS_PLATFORMS } from "./cis-platforms.ts";
import type { Control, Framework } from "./control.ts";
import { DISA_STIG } from "./disa-stig.ts";
import { HIPAA } from "./hipaa.ts";
import { ISO_27001 } from "./iso-27001.ts";
import { NIST_800_53 } from "./nist-800-53.ts";
import { PCI_DSS } from "./pci-dss.ts";
import { SOC_2 } from "./soc-2.ts";

/**
 * The controls of every framework, read in public machine-readable profiles (kube-bench, ComplianceAsCode, prowler,
 * kubescape, DISA's InSpec profiles).
 */
export const CONTROLS: Readonly<Record<Framework, readonly Control[]>> = {
  ...CIS_KUBERNETES,
  ...CIS_PLATFORMS,
  ...DISA_STIG,
  ...NIST_800_53,
  ...PCI_DSS,
  ...HIPAA,
  ...SOC_2,
  ...ISO_27001,
  ...BSI_GRUNDSCHUTZ,
} satisfies Record<Framework, readonly Control[]>;
