import type { Control } from "./control.ts";

/**
 * The two controls of the CIS Kubernetes Benchmark, whose numbers differ from version to version.
 * @param flag number of the control on the flag
 * @param providers number of the control on the providers
 */
function controls(flag: string, providers: string): readonly Control[] {
  return [
    {
      id: flag,
      title: "Ensure that the --encryption-provider-config argument is set as appropriate",
      matter: "provider-configuration-given",
    },
    {
      id: providers,
      title: "Ensure that encryption providers are appropriately configured",
      matter: "accepted-providers",
    },
  ];
}

/** CIS Kubernetes Benchmark, by version, as kube-bench's `cfg/*` and prowler number it. */
export const CIS_KUBERNETES = {
  "CIS Kubernetes Benchmark 1.4": controls("1.1.34", "1.1.35"),
  "CIS Kubernetes Benchmark 1.5": controls("1.2.33", "1.2.34"),
  "CIS Kubernetes Benchmark 1.6": controls("1.2.33", "1.2.34"),
  "CIS Kubernetes Benchmark 1.20": controls("1.2.32", "1.2.33"),
  "CIS Kubernetes Benchmark 1.23": controls("1.2.30", "1.2.31"),
  "CIS Kubernetes Benchmark 1.24": controls("1.2.29", "1.2.30"),
  "CIS Kubernetes Benchmark 1.7": controls("1.2.29", "1.2.30"),
  "CIS Kubernetes Benchmark 1.8": controls("1.2.28", "1.2.29"),
  "CIS Kubernetes Benchmark 1.9": controls("1.2.27", "1.2.28"),
  "CIS Kubernetes Benchmark 1.10": controls("1.2.27", "1.2.28"),
  "CIS Kubernetes Benchmark 1.11": controls("1.2.27", "1.2.28"),
  "CIS Kubernetes Benchmark 1.12": controls("1.2.27", "1.2.28"),
  "CIS Kubernetes Benchmark 2.0.1": controls("1.2.27", "1.2.28"),
} as const;
