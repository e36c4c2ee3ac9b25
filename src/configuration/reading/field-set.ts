import type { DocumentField, DocumentNode } from "../document/document-node.ts";
import { quotable } from "../quotable.ts";
import type { RefusalList } from "./refusal-list.ts";

/** A text field; empty where it is absent. */
export interface TextField {
  readonly text: string;
  readonly line: number;
  readonly path: string;
}

/** A list field; empty where it is absent. */
export interface ListField {
  readonly items: readonly DocumentNode[];
  readonly line: number;
  readonly path: string;
}

/**
 * The fields of one mapping, read strictly: names are case-sensitive, and unknown or repeated ones are refused
 * (sigs.k8s.io/json: UnmarshalStrict). A null counts as absent, also for the mapping itself.
 */
export class FieldSet<Name extends string> {
  readonly line: number;
  readonly path: string;
  private readonly refusals: RefusalList;
  private readonly fields = new Map<string, DocumentField>();

  constructor(node: DocumentNode, path: string, names: readonly Name[], refusals: RefusalList) {
    this.line = node.line;
    this.path = path;
    this.refusals = refusals;
    if (node.kind === "map") this.take(node.fields, names);
    else if (node.kind !== "null") refusals.addDecoding(node.line, { kind: "wrong-type", path, expected: "mapping" });
  }

  /** The field's value; undefined where it is absent or null. */
  node(name: Name): DocumentNode | undefined {
    const value = this.fields.get(name)?.value;
    return value?.kind === "null" ? undefined : value;
  }

  pathOf(name: Name): string {
    return this.path === "" ? name : `${this.path}.${name}`;
  }

  /** The line of the field's name; the mapping's where it is absent. */
  lineOf(name: Name): number {
    return this.fields.get(name)?.line ?? this.line;
  }

  text(name: Name): TextField {
    const field = this.node(name);
    const path = this.pathOf(name);
    if (field?.kind === "text") return { text: field.text, line: field.line, path };
    if (field !== undefined) this.refusals.addDecoding(field.line, { kind: "wrong-type", path, expected: "text" });
    return { text: "", line: this.lineOf(name), path };
  }

  list(name: Name): ListField {
    const field = this.node(name);
    const [path, line] = [this.pathOf(name), this.lineOf(name)];
    if (field?.kind === "list") return { items: field.items, line, path };
    if (field !== undefined) this.refusals.addDecoding(field.line, { kind: "wrong-type", path, expected: "list" });
    return { items: [], line, path };
  }

  private take(fields: readonly DocumentField[], names: readonly string[]): void {
    for (const field of fields) {
      if (!names.includes(field.name)) {
        const reason = { kind: "unknown-field", path: this.path, name: quotable(field.name) } as const;
        this.refusals.addDecoding(field.line, reason);
      } else if (this.fields.has(field.name)) {
        const path = this.path === "" ? field.name : `${this.path}.${field.name}`;
        this.refusals.addDecoding(field.line, { kind: "duplicate-field", path });
      } else this.fields.set(field.name, field);
    }
  }
}
