/** Why a text can't be read as YAML or JSON. Closed, and without any of the text: that may be a key. */
export type SyntaxProblem =
  | "not-utf-8"
  | "control-character"
  | "indentation"
  | "tab"
  | "unclosed"
  | "bad-escape"
  | "bad-scalar-start"
  | "multiline-key"
  | "unknown-anchor"
  | "anchor-in-itself"
  | "too-many-aliases"
  | "tag-mismatch"
  | "bad-directive"
  | "bad-merge"
  | "key-not-text"
  | "nested-too-deep"
  | "unexpected-token"
  | "not-json";

/** Ends the reading of a text. `line` counts from 1. */
export class SyntaxRefusal extends Error {
  readonly problem: SyntaxProblem;
  readonly line: number;

  constructor(problem: SyntaxProblem, line: number) {
    super(problem);
    this.name = "SyntaxRefusal";
    this.problem = problem;
    this.line = line;
  }
}
