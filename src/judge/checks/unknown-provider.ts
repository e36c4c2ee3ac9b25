import type { ValueCheck } from "../value-check.ts";

/** A value begins `k8s:enc:` with a provider or version that no Kubernetes release has. */
export const UNKNOWN_PROVIDER: ValueCheck = {
  kind: "unknown-provider",
  holds: ({ valueClass, location }) =>
    valueClass.state === "unknown" && (location === "head" || location === "history"),
};
