import type { DocumentNode } from "./document-node.ts";
import { readJson } from "./json-document.ts";
import { SyntaxRefusal } from "./syntax-problem.ts";
import { readYaml } from "./yaml-document.ts";

/** What YAML 1.1 does not allow anywhere (go.yaml.in/yaml/v2 readerc.go). */
const NOT_ALLOWED = /[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/u;
/** Line breaks of YAML 1.1 that the YAML library, made for 1.2, takes for ordinary characters. */
const OLD_LINE_BREAK = /\r(?!\n)|[\x85\u2028\u2029]/g;
/** Go's white space: a byte order mark is none. */
const BEGINS_WITH_BRACE = /^(?:[^\S\ufeff]|\x85)*\{/;

/**
 * The text of a configuration as a tree: JSON where its first character is a brace, else YAML, as the API server
 * decides (apimachinery pkg/util/yaml: IsJSONBuffer). UTF-8, or UTF-16 with a byte order mark.
 * @throws SyntaxRefusal with the line, and none of the text
 */
export function readDocument(bytes: Uint8Array): DocumentNode {
  const encoding = encodingOf(bytes);
  // Go's JSON reader replaces bytes that are no UTF-8, its YAML reader refuses them.
  const lenient = new TextDecoder("utf-8", { ignoreBOM: true }).decode(bytes);
  if (encoding === "utf-8" && BEGINS_WITH_BRACE.test(lenient)) return readJson(lenient);
  const text = decoded(bytes, encoding);
  const control = NOT_ALLOWED.exec(text);
  if (control !== null) throw new SyntaxRefusal("control-character", text.slice(0, control.index).split("\n").length);
  return readYaml(text.replace(OLD_LINE_BREAK, "\n"));
}

function encodingOf(bytes: Uint8Array): "utf-8" | "utf-16le" | "utf-16be" {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return "utf-16le";
  return bytes[0] === 0xfe && bytes[1] === 0xff ? "utf-16be" : "utf-8";
}

function decoded(bytes: Uint8Array, encoding: string): string {
  try {
    return new TextDecoder(encoding, { fatal: true }).decode(bytes);
  } catch {
    throw new SyntaxRefusal("not-utf-8", 1);
  }
}
