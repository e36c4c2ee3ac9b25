import { referenceText } from "../../model/key-reference.ts";
import type { Configuration, ConfiguredProvider, LocalKey, ResourceRule } from "../configuration.ts";
import { parseResource } from "../resource-name.ts";
import { acceptedOf, type LintFile, type LintResult, localKeysOf, type UnreachableCause } from "./lint-result.ts";

/** All that the core group holds and the API server stores; the group gets no new ones. */
const CORE_RESOURCES: ReadonlySet<string> = new Set([
  "configmaps",
  "endpoints",
  "events",
  "limitranges",
  "namespaces",
  "nodes",
  "persistentvolumeclaims",
  "persistentvolumes",
  "pods",
  "podtemplates",
  "replicationcontrollers",
  "resourcequotas",
  "secrets",
  "serviceaccounts",
  "services",
]);
/** The built-in groups without a dot; those of custom resources always hold one. */
const SHORT_GROUPS: ReadonlySet<string> = new Set(["apps", "autoscaling", "batch", "policy"]);
const API_VERSION = /^v\d+(?:(?:alpha|beta)\d+)?$/;

/** What is configured and never used: the second of two equal entries, and rules for what does not exist. */
export function* unreachableProvider(files: readonly LintFile[]): Iterable<LintResult> {
  for (const configuration of acceptedOf(files)) {
    yield* repeatedIdentities(configuration);
    yield* repeatedKeys(configuration);
    for (const rule of configuration.rules) {
      const cause = neverMatches(rule);
      if (cause !== undefined) yield result(configuration, rule.line, cause);
    }
  }
}

function* repeatedIdentities(configuration: Configuration): Iterable<LintResult> {
  const reported = new Set<ConfiguredProvider>();
  for (const { resource, providers } of configuration.rules) {
    const [first, ...others] = providers.filter(({ kind }) => kind === "identity");
    for (const identity of others) {
      if (first === undefined || reported.has(identity)) continue;
      reported.add(identity);
      yield result(configuration, identity.line, { kind: "identity-again", resource, firstLine: first.line });
    }
  }
}

function* repeatedKeys(configuration: Configuration): Iterable<LintResult> {
  const reported = new Set<LocalKey>();
  for (const { resource, providers } of configuration.rules) {
    const seen = new Map<string, LocalKey>();
    for (const { provider, key } of localKeysOf(providers)) {
      const reference = { provider, name: key.name };
      const identity = `${referenceText(reference)} ${key.secret.fingerprint()}`;
      const first = seen.get(identity);
      if (first === undefined) seen.set(identity, key);
      if (first === undefined || reported.has(key)) continue;
      reported.add(key);
      const cause = { kind: "same-key-again", resource, key: reference, firstLine: first.line } as const;
      yield result(configuration, key.line, cause);
    }
  }
}

function neverMatches({ resource }: ResourceRule): UnreachableCause | undefined {
  const parsed = parseResource(resource);
  if (parsed.group === "") {
    return parsed.resource === "*" || CORE_RESOURCES.has(parsed.resource)
      ? undefined
      : { kind: "no-core-resource", resource };
  }
  if (parsed.group === "*" || parsed.group.includes(".") || SHORT_GROUPS.has(parsed.group)) return undefined;
  return { kind: "no-such-group", resource, isVersion: API_VERSION.test(parsed.group) };
}

function result({ path }: Configuration, line: number, cause: UnreachableCause): LintResult {
  return { path, line, detail: { kind: "config-unreachable-provider", cause } };
}
