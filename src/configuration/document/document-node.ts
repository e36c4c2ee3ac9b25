/**
 * The text of a configuration as a tree with lines, whether it was YAML or JSON. Mappings keep all their fields, also
 * those that stand twice: what is wrong is the reader's to say. Lines count from 1.
 */
export type DocumentNode =
  | { readonly kind: "null"; readonly line: number }
  | { readonly kind: "text"; readonly line: number; readonly text: string }
  | { readonly kind: "boolean"; readonly line: number; readonly value: boolean }
  /** `integer` is null where the number is none, or can't be told exactly. */
  | { readonly kind: "number"; readonly line: number; readonly integer: number | null }
  | { readonly kind: "list"; readonly line: number; readonly items: readonly DocumentNode[] }
  | { readonly kind: "map"; readonly line: number; readonly fields: readonly DocumentField[] };

export interface DocumentField {
  readonly name: string;
  readonly line: number;
  readonly value: DocumentNode;
}
