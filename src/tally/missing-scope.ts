import { nearResources } from "../kubernetes/resources.ts";
import type { IncompleteReason } from "../model/source-facts.ts";
import type { Scope } from "../scope/scope.ts";

/** What was asked for by name and is not there: a prefix, a resource or a namespace without a key. */
export function missingFromScope(scope: Scope): readonly IncompleteReason[] {
  const { prefixes, resources } = scope.options;
  if (scope.recordsOf((_, prefix) => prefix !== null) === 0) return [nothingUnder(scope)];
  const emptyPrefixes = scope.prefixTexts.filter((prefix) => !scope.hasRecordsUnder(prefix));
  return [
    ...(prefixes.length > 0 ? emptyPrefixes.map(emptyPrefix) : []),
    ...[...new Set(resources)]
      .filter((name) => scope.recordsOf((resource) => resource === name) === 0)
      .map((name) => noSuchResource(name, scope)),
    ...scope.missingNamespaces.map(noSuchNamespace),
  ];
}

/** What lies under other prefixes, where it matters of which resource a value is. */
export function unlookedPrefixes(scope: Scope): readonly IncompleteReason[] {
  return scope.unlookedPrefixes().map(({ prefix }) => ({
    code: "unlooked-prefix",
    message: `Kubernetes keys lie under ${prefix}, which is no known prefix: name every API server's with --prefix`,
  }));
}

function nothingUnder(scope: Scope): IncompleteReason {
  const [unlooked] = scope.unlookedPrefixes();
  const nextStep =
    unlooked !== undefined
      ? `Kubernetes keys lie under ${unlooked.prefix}: add --prefix ${unlooked.prefix}`
      : "name the API server's --etcd-prefix with --prefix, or check that this is the cluster's own etcd";
  return {
    code: "nothing-under-prefix",
    message: `there is no key under ${scope.prefixTexts.join(", ")}; ${nextStep}`,
  };
}

function emptyPrefix(prefix: string): IncompleteReason {
  return { code: "nothing-under-prefix", message: `there is no key under ${prefix}; check --prefix` };
}

function noSuchResource(name: string, scope: Scope): IncompleteReason {
  const near = nearResources(name, scope.resourcesSeen());
  const nextStep = near.length > 0 ? `did you mean ${near.join(" or ")}?` : "check --resource";
  return { code: "no-such-resource", message: `there is no key of the resource ${name}; ${nextStep}` };
}

function noSuchNamespace(namespace: string): IncompleteReason {
  return {
    code: "no-such-namespace",
    message: `there is no key in scope in the namespace ${namespace}; check --namespace`,
  };
}
