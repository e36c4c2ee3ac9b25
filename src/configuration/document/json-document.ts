import type { DocumentField, DocumentNode } from "./document-node.ts";
import { SyntaxRefusal } from "./syntax-problem.ts";

const DEEPEST = 10_000;
const STRING = /"(?:[^"\\]|\\.)*"/y;
const NUMBER = /-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][-+]?[0-9]+)?/y;
const WHITE_SPACE = /[ \t\r\n]*/y;

/**
 * A JSON text (RFC 8259) as a tree with lines; fields that stand twice are kept.
 * @throws SyntaxRefusal with the line, and none of the text
 */
export function readJson(text: string): DocumentNode {
  const reader = new JsonReader(text);
  const node = reader.value(0);
  reader.expectEnd();
  return node;
}

class JsonReader {
  private readonly text: string;
  private offset = 0;
  private line = 1;

  constructor(text: string) {
    this.text = text;
  }

  value(depth: number): DocumentNode {
    if (depth > DEEPEST) throw new SyntaxRefusal("nested-too-deep", this.line);
    this.skipWhiteSpace();
    const { line } = this;
    switch (this.text[this.offset]) {
      case "{":
        return { kind: "map", line, fields: this.fields(depth) };
      case "[":
        return { kind: "list", line, items: this.items(depth) };
      case '"':
        return { kind: "text", line, text: this.string() };
      case "t":
        return this.word("true", { kind: "boolean", line, value: true });
      case "f":
        return this.word("false", { kind: "boolean", line, value: false });
      case "n":
        return this.word("null", { kind: "null", line });
      default:
        return { kind: "number", line, integer: this.integer() };
    }
  }

  expectEnd(): void {
    this.skipWhiteSpace();
    if (this.offset < this.text.length) throw this.refusal();
  }

  private fields(depth: number): DocumentField[] {
    const fields: DocumentField[] = [];
    this.offset++;
    if (this.accept("}")) return fields;
    do {
      this.skipWhiteSpace();
      const { line } = this;
      const name = this.string();
      if (!this.accept(":")) throw this.refusal();
      fields.push({ name, line, value: this.value(depth + 1) });
    } while (this.accept(","));
    if (!this.accept("}")) throw this.refusal();
    return fields;
  }

  private items(depth: number): DocumentNode[] {
    const items: DocumentNode[] = [];
    this.offset++;
    if (this.accept("]")) return items;
    do items.push(this.value(depth + 1));
    while (this.accept(","));
    if (!this.accept("]")) throw this.refusal();
    return items;
  }

  private string(): string {
    const token = this.token(STRING);
    try {
      return String(JSON.parse(token));
    } catch {
      throw this.refusal();
    }
  }

  /** Only a number without fraction and exponent fits an integer field (encoding/json). */
  private integer(): number | null {
    const token = this.token(NUMBER);
    const value = Number(token);
    return /^-?[0-9]+$/.test(token) && Number.isSafeInteger(value) ? value : null;
  }

  private word(word: string, node: DocumentNode): DocumentNode {
    if (!this.text.startsWith(word, this.offset)) throw this.refusal();
    this.offset += word.length;
    return node;
  }

  private accept(character: string): boolean {
    this.skipWhiteSpace();
    if (this.text[this.offset] !== character) return false;
    this.offset++;
    return true;
  }

  private skipWhiteSpace(): void {
    for (const character of this.token(WHITE_SPACE)) if (character === "\n") this.line++;
  }

  private token(pattern: RegExp): string {
    pattern.lastIndex = this.offset;
    const token = pattern.exec(this.text)?.[0];
    if (token === undefined) throw this.refusal();
    this.offset += token.length;
    return token;
  }

  private refusal(): SyntaxRefusal {
    return new SyntaxRefusal("not-json", this.line);
  }
}
