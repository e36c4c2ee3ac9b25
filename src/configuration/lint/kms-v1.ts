import { acceptedOf, type LintFile, type LintResult, providersOf } from "./lint-result.ts";

/** KMS v1 is deprecated since v1.28 and off unless asked for since v1.29 (pkg/features/kube_features.go: KMSv1). */
export function* kmsV1(files: readonly LintFile[]): Iterable<LintResult> {
  for (const configuration of acceptedOf(files)) {
    for (const provider of providersOf(configuration)) {
      if (provider.kind !== "kms-v1") continue;
      const key = { provider: provider.kind, name: provider.name };
      yield { path: configuration.path, line: provider.line, detail: { kind: "config-kms-v1", key } };
    }
  }
}
