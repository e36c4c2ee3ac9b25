import { isAlias, isCollection, isMap, isNode, isScalar, isSeq, Scalar } from "yaml";
import type { DocumentField, DocumentNode } from "./document-node.ts";
import { readScalar } from "./scalar.ts";
import { SyntaxRefusal } from "./syntax-problem.ts";

/** Bounds of go.yaml.in/yaml/v2 decode.go (allowedAliasRatio): a small file must not stand for a huge one. */
const ALIASES_ALWAYS_ALLOWED = 100;
const NODES_ALWAYS_ALLOWED = 1000;
const FEW_NODES = 400_000;
const MANY_NODES = 4_000_000;

/** YAML 1.1 allows no more in an anchor's name. */
const ANCHOR = /^[A-Za-z0-9_-]+$/;

/** Turns the YAML library's nodes into a tree of ours: aliases followed, merge keys spread, scalars told apart. */
export class YamlTree {
  private readonly root: unknown;
  private readonly lineAt: (offset: number) => number;
  /** Alias node -> the node it stands for. */
  private readonly targets = new Map<unknown, unknown>();
  private readonly open = new Set<unknown>();
  private nodes = 0;
  private aliased = 0;

  constructor(root: unknown, lineAt: (offset: number) => number) {
    this.root = root;
    this.lineAt = lineAt;
  }

  /** @throws SyntaxRefusal */
  read(): DocumentNode {
    try {
      this.bindAliases(this.root, new Map());
      return this.convert(this.root, 1);
    } catch (error) {
      if (error instanceof RangeError) throw new SyntaxRefusal("nested-too-deep", 1);
      throw error;
    }
  }

  /** An anchor may be given twice: an alias means the last one before it, so they are bound in the text's order. */
  private bindAliases(node: unknown, anchors: Map<string, unknown>): void {
    if (isAlias(node)) {
      const target = anchors.get(node.source);
      if (target === undefined) throw new SyntaxRefusal("unknown-anchor", this.lineOf(node, 1));
      this.targets.set(node, target);
      return;
    }
    if ((isScalar(node) || isCollection(node)) && node.anchor !== undefined) {
      if (!ANCHOR.test(node.anchor)) throw new SyntaxRefusal("unexpected-token", this.lineOf(node, 1));
      anchors.set(node.anchor, node);
    }
    if (isSeq(node)) for (const item of node.items) this.bindAliases(item, anchors);
    if (!isMap(node)) return;
    for (const { key, value } of node.items) {
      this.bindAliases(key, anchors);
      this.bindAliases(value, anchors);
    }
  }

  private convert(node: unknown, parentLine: number): DocumentNode {
    const line = this.lineOf(node, parentLine);
    this.count(line);
    if (isAlias(node)) return this.follow(node, line);
    if (isScalar(node)) return scalar(node, line);
    if (isSeq(node)) return { kind: "list", line, items: node.items.map((item) => this.convert(item, line)) };
    if (isMap(node)) return { kind: "map", line, fields: this.fieldsOf(node.items, line) };
    return { kind: "null", line };
  }

  private follow(alias: unknown, line: number): DocumentNode {
    if (this.open.has(alias)) throw new SyntaxRefusal("anchor-in-itself", line);
    this.open.add(alias);
    const converted = this.convert(this.targets.get(alias), line);
    this.open.delete(alias);
    return converted;
  }

  private fieldsOf(pairs: readonly { key: unknown; value: unknown }[], parentLine: number): DocumentField[] {
    const fields: DocumentField[] = [];
    for (const { key, value } of pairs) {
      const line = this.lineOf(key, parentLine);
      if (isMergeKey(key)) fields.push(...this.merged(value, line));
      else fields.push({ name: this.nameOf(key, line), line, value: this.convert(value, line) });
    }
    return fields;
  }

  private nameOf(key: unknown, line: number): string {
    const name = this.convert(key, line);
    if (name.kind === "text") return name.text;
    // Numbers and booleans become text, and no field is called so; null and collections are no names at all.
    if (name.kind === "number" || name.kind === "boolean") return "";
    throw new SyntaxRefusal("key-not-text", line);
  }

  private merged(value: unknown, line: number): DocumentField[] {
    const sources = isSeq(value) ? value.items : [value];
    return sources.flatMap((source) => {
      const target = isAlias(source) ? this.targets.get(source) : source;
      if (!isMap(target)) throw new SyntaxRefusal("bad-merge", line);
      const converted = this.convert(source, line);
      return converted.kind === "map" ? converted.fields : [];
    });
  }

  private count(line: number): void {
    this.nodes++;
    if (this.open.size > 0) this.aliased++;
    if (this.aliased <= ALIASES_ALWAYS_ALLOWED || this.nodes <= NODES_ALWAYS_ALLOWED) return;
    const share = Math.min(1, Math.max(0, (this.nodes - FEW_NODES) / (MANY_NODES - FEW_NODES)));
    if (this.aliased / this.nodes > 0.99 - 0.89 * share) throw new SyntaxRefusal("too-many-aliases", line);
  }

  private lineOf(node: unknown, otherwise: number): number {
    const offset = isNode(node) ? node.range?.[0] : undefined;
    return offset === undefined ? otherwise : this.lineAt(offset);
  }
}

function scalar(node: Scalar, line: number): DocumentNode {
  const text = String(node.value ?? "");
  const tag = node.tag ?? null;
  const isPlain = node.type === undefined || node.type === Scalar.PLAIN;
  if (!isPlain && tag === null) return { kind: "text", line, text };
  const reading = readScalar(text, tag, line);
  if (reading === "unfit") throw new SyntaxRefusal("tag-mismatch", line);
  return reading;
}

function isMergeKey(key: unknown): boolean {
  return isScalar(key) && key.value === "<<" && (key.type === Scalar.PLAIN || key.tag === "tag:yaml.org,2002:merge");
}
