import { quotable } from "../quotable.ts";
import type { ResourceNameFlaw } from "../refusal.ts";
import { parseResource, resourceText } from "../resource-name.ts";
import type { TextField } from "./field-set.ts";
import type { RefusalList } from "./refusal-list.ts";

/** Kept by the API server outside its REST storage, so never encrypted. */
const WITHOUT_REST_API = ["apiserveripinfo", "serviceipallocations", "servicenodeportallocations"];

/** Refuses names that no rule may have (validation_encryption.go: validateResourceNames). */
export function checkResourceNames(names: readonly TextField[], refusals: RefusalList): void {
  for (const { text, line, path } of names) {
    const flaw = flawOf(text);
    if (flaw === undefined) continue;
    refusals.addValidation(line, { kind: "resource-name", path, resource: quotable(text), flaw });
  }
}

function flawOf(name: string): ResourceNameFlaw | undefined {
  if (name.toLowerCase() !== name) return "capital-letters";
  if (name === "*") return "star";
  if (WITHOUT_REST_API.includes(name)) return "no-rest-api";
  const { group, resource } = parseResource(name);
  if (group === "events.k8s.io") return "events-group";
  if (group === "extensions") return "extensions-group";
  return group === "*" && resource !== "*" ? "across-groups" : undefined;
}

/** Refuses a list in which a name stands twice or is covered by another (same file: validateResourceOverlap). */
export function checkResourceOverlap(names: readonly TextField[], path: string, refusals: RefusalList): void {
  const seen = new Map<string, TextField>();
  for (const name of names) {
    const text = resourceText(parseResource(name.text));
    if (!seen.has(text)) seen.set(text, name);
    else refusals.addValidation(name.line, { kind: "duplicate-resource", path, resource: quotable(text) });
  }
  const distinct = [...seen.keys()].map(parseResource);
  const isCovered = ({ group, resource }: { group: string; resource: string }) =>
    seen.has("*.*") || (resource !== "*" && seen.has(resourceText({ group, resource: "*" })));
  const covered = distinct.find((name) => resourceText(name) !== "*.*" && isCovered(name));
  if (covered === undefined) return;
  refusals.addValidation(seen.get(resourceText(covered))?.line ?? 1, { kind: "overlapping-resources", path });
}
