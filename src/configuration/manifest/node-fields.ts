import type { DocumentNode } from "../document/document-node.ts";
import { ManifestRefusal } from "./manifest-refusal.ts";

/** A field of a mapping; undefined where it is absent or null. The last one counts where it stands twice. */
export function field(node: DocumentNode | undefined, name: string): DocumentNode | undefined {
  if (node?.kind !== "map") return undefined;
  const value = node.fields.findLast((candidate) => candidate.name === name)?.value;
  return value?.kind === "null" ? undefined : value;
}

/** A field that is a text; undefined where it is absent. @throws ManifestRefusal wrong-type */
export function textField(node: DocumentNode | undefined, name: string): string | undefined {
  const value = field(node, name);
  if (value === undefined) return undefined;
  if (value.kind !== "text") throw new ManifestRefusal({ kind: "wrong-type", field: name }, value.line);
  return value.text;
}

/** The elements of a list; none where it is absent. @throws ManifestRefusal wrong-type */
export function listField(node: DocumentNode | undefined, name: string): readonly DocumentNode[] {
  const value = field(node, name);
  if (value === undefined) return [];
  if (value.kind !== "list") throw new ManifestRefusal({ kind: "wrong-type", field: name }, value.line);
  return value.items;
}
