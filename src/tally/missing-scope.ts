import { objectName } from "../kubernetes/object-name.ts";
import { nearResources } from "../kubernetes/resources.ts";
import type { IncompleteReason } from "../model/source-facts.ts";
import type { Scope } from "../scope/scope.ts";
import type { ScopeOptions } from "../scope/scope-options.ts";
import { recordsOf } from "./source-overview.ts";
import type { SourceTally } from "./source-tally.ts";

/** What was asked for by name and is not there: a prefix, a resource or a namespace without a key. */
export function missingFromScope(options: ScopeOptions, scope: Scope, tally: SourceTally): readonly IncompleteReason[] {
  const seen = recordsOf(scope, (_, prefix) => prefix !== null);
  if (seen === 0) return [nothingUnder(scope)];
  return [
    ...options.prefixes.filter((prefix) => recordsOf(scope, (_, of) => of === prefix) === 0).map(emptyPrefix),
    ...options.resources
      .filter((name) => recordsOf(scope, (resource) => resource === name) === 0)
      .map((name) => noSuchResource(name, scope)),
    ...missingNamespaces(options, scope, tally),
  ];
}

function nothingUnder(scope: Scope): IncompleteReason {
  const unlooked = scope.folders.find((folder) => folder.kind === "unlooked");
  const nextStep =
    unlooked?.kind === "unlooked"
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
  const seen = scope.folders.flatMap((folder) => (folder.kind === "resource" ? [folder.registry.resource] : []));
  const near = nearResources(name, seen);
  const nextStep = near.length > 0 ? `did you mean ${near.join(" or ")}?` : "check --resource";
  return { code: "no-such-resource", message: `there is no key of the resource ${name}; ${nextStep}` };
}

function missingNamespaces(options: ScopeOptions, scope: Scope, tally: SourceTally): readonly IncompleteReason[] {
  const missing = new Set(options.namespaces);
  const { pass } = tally;
  for (let key = 0; key < pass.keys.size && missing.size > 0; key++) {
    const folder = scope.folders[pass.folderOf(key)];
    if (folder?.kind !== "resource" || !pass.timeline.has(key)) continue;
    const rest = Buffer.from(pass.keys.bytesOf(key).subarray(folder.length)).toString("utf8");
    const { namespace } = objectName(folder.registry, rest);
    if (namespace !== null) missing.delete(namespace);
  }
  return [...missing].map((namespace) => ({
    code: "no-such-namespace",
    message: `there is no key in scope in the namespace ${namespace}; check --namespace`,
  }));
}
