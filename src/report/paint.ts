import { styleText } from "node:util";

/** Marks texts for a terminal; where colours are off, each gives its text back as it is. */
export interface Paint {
  readonly good: (text: string) => string;
  readonly bad: (text: string) => string;
  readonly doubtful: (text: string) => string;
  readonly heading: (text: string) => string;
  readonly quiet: (text: string) => string;
}

/** A paint with colours, or one without. */
export function paintFor(color: boolean): Paint {
  const style =
    (...format: Format[]) =>
    (text: string) =>
      // The caller decided on colours; without this, styleText would ask standard output once more.
      color ? styleText(format, text, { validateStream: false }) : text;
  return {
    good: style("bold", "green"),
    bad: style("bold", "red"),
    doubtful: style("bold", "yellow"),
    heading: style("bold"),
    quiet: style("dim"),
  };
}

type Format = Extract<Parameters<typeof styleText>[0], readonly unknown[]>[number];
