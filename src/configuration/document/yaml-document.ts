import { Composer, type Document, type ErrorCode, LineCounter, Parser } from "yaml";
import type { DocumentNode } from "./document-node.ts";
import { indentContinuedLines } from "./indent-continued-lines.ts";
import { type SyntaxProblem, SyntaxRefusal } from "./syntax-problem.ts";
import { YamlTree } from "./yaml-tree.ts";

/** The library's own messages hold pieces of the text, which may be a key: only its codes are used. */
const PROBLEMS: Readonly<Record<ErrorCode, SyntaxProblem>> = {
  ALIAS_PROPS: "unexpected-token",
  BAD_ALIAS: "unknown-anchor",
  BAD_COLLECTION_TYPE: "tag-mismatch",
  BAD_DIRECTIVE: "bad-directive",
  BAD_DQ_ESCAPE: "bad-escape",
  BAD_INDENT: "indentation",
  BAD_PROP_ORDER: "unexpected-token",
  BAD_SCALAR_START: "bad-scalar-start",
  BLOCK_AS_IMPLICIT_KEY: "indentation",
  BLOCK_IN_FLOW: "unexpected-token",
  DUPLICATE_KEY: "unexpected-token",
  IMPOSSIBLE: "unexpected-token",
  KEY_OVER_1024_CHARS: "multiline-key",
  MISSING_CHAR: "unclosed",
  MULTILINE_IMPLICIT_KEY: "multiline-key",
  MULTIPLE_ANCHORS: "unexpected-token",
  MULTIPLE_DOCS: "unexpected-token",
  MULTIPLE_TAGS: "unexpected-token",
  NON_STRING_KEY: "key-not-text",
  RESOURCE_EXHAUSTION: "nested-too-deep",
  TAB_AS_INDENT: "tab",
  TAG_RESOLVE_FAILED: "tag-mismatch",
  UNEXPECTED_TOKEN: "unexpected-token",
};

/** What the library says of lines inside brackets or quotes that are not indented. */
const INDENTATION_ERRORS: ReadonlySet<ErrorCode> = new Set(["BAD_INDENT", "MISSING_CHAR"]);

/** Scalars stay text: what they mean is told by the API server's rules, not by the library's. */
const OPTIONS = {
  version: "1.1",
  schema: "failsafe",
  strict: false,
  merge: false,
  uniqueKeys: false,
  prettyErrors: false,
  logLevel: "silent",
} as const;

/**
 * The first document of a YAML text; what follows it is not looked at, as the API server does
 * (apimachinery pkg/runtime/serializer/json: sigs.k8s.io/yaml, go.yaml.in/yaml/v2).
 * @throws SyntaxRefusal with the line, and none of the text
 */
export function readYaml(text: string): DocumentNode {
  const { document, lines } = parseLeniently(text);
  if (document === undefined) return { kind: "null", line: 1 };
  const lineAt = (offset: number) => Math.max(1, lines.linePos(offset).line);
  const [error] = document.errors;
  if (error !== undefined) throw new SyntaxRefusal(PROBLEMS[error.code], lineAt(error.pos[0]));
  const { version, explicit } = document.directives.yaml;
  if (version !== "1.1" && explicit === true) throw new SyntaxRefusal("bad-directive", 1);
  return new YamlTree(document.contents, lineAt).read();
}

interface Parsed {
  /** Undefined where the text holds no document. */
  readonly document: Document.Parsed | undefined;
  readonly lines: LineCounter;
}

function parseLeniently(text: string): Parsed {
  const parsed = parseFirst(text);
  if (parsed.document?.errors.some(({ code }) => INDENTATION_ERRORS.has(code)) !== true) return parsed;
  const indented = parseFirst(indentContinuedLines(text));
  return indented.document?.errors.length === 0 ? indented : parsed;
}

function parseFirst(text: string): Parsed {
  const lines = new LineCounter();
  try {
    for (const document of new Composer(OPTIONS).compose(new Parser(lines.addNewLine).parse(text))) {
      return { document: document as Document.Parsed, lines };
    }
  } catch (error) {
    if (error instanceof RangeError) throw new SyntaxRefusal("nested-too-deep", 1);
    throw error;
  }
  return { document: undefined, lines };
}
