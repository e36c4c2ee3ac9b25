import type { State } from "../../model/value-class.ts";
import { formatCount } from "../numbers.ts";
import { type Markup, markup } from "./markup.ts";

/** Patterns of what is not live. */
const OLD_PATTERNS = {
  superseded: "M-1 1l2-2M0 5l5-5M4 6l2-2",
  freed: "M1 1.5h1.5M3.5 4h1.5",
  wal: "M0 1h5M0 3.5h5",
} as const;
type OldLook = keyof typeof OLD_PATTERNS;

/**
 * How a part of a picture looks: the colour tells whether it is encrypted, the pattern tells it too, or where it lies,
 * and a legend names each, so that colour alone never carries a meaning.
 */
export type Look = "encrypted" | "plaintext" | "other" | "counted" | OldLook | `${OldLook}-plaintext`;

/** A part of a bar: a count, and what it is a count of. */
export interface BarPart {
  readonly look: Look;
  readonly count: number;
  readonly words: string;
}

/** How values of a state look, where they are audited and where they are counted only. */
export function lookOf(state: State, isAudited: boolean): Look {
  if (state === "encrypted") return "encrypted";
  if (!isAudited) return "counted";
  return state === "plaintext" ? "plaintext" : "other";
}

/** A horizontal bar, as long as its sum is to `most`; its title says what it shows. */
export function bar(name: string, parts: readonly BarPart[], most: number): Markup {
  const shown = parts.filter(({ count }) => count > 0);
  let x = 0;
  const rects = shown.map(({ look, count }) => {
    // What is there is seen, however small a part it is.
    const width = Math.max(0.6, (count / most) * 100);
    const rect = markup`<rect class="${look}" x="${percent(x)}" y="1" width="${percent(width)}" height="12"/>`;
    x += width;
    return rect;
  });
  const words =
    shown.length === 0 ? "none" : shown.map(({ count, words }) => `${formatCount(count)} ${words}`).join(", ");
  return markup`<svg class="bar" role="img" width="100%" height="14"><title>${name}: ${words}</title>${rects}</svg>`;
}

/** What each look means in one kind of picture, in the order of its legend. */
export type LookWords = readonly (readonly [look: Look, words: string])[];

/** Looks of values by where they lie, and whether they are encrypted. */
export const PLACE_LOOKS: LookWords = [
  ["encrypted", "live, encrypted"],
  ["plaintext", "live, not encrypted"],
  ["other", "live, of no known provider"],
  ["superseded", "superseded, encrypted"],
  ["superseded-plaintext", "superseded, not encrypted"],
  ["freed", "freed, encrypted"],
  ["freed-plaintext", "freed, not encrypted"],
  ["wal", "WAL, encrypted"],
  ["wal-plaintext", "WAL, not encrypted"],
];

/** What each look means, for those that a picture has. */
export function legend(words: LookWords, looks: Iterable<Look>): Markup {
  const shown = new Set(looks);
  return markup`<ul class="legend">${words
    .filter(([look]) => shown.has(look))
    .map(
      ([look, words]) =>
        markup`<li><svg width="22" height="12" aria-hidden="true"><rect class="${look}" x="0.5" y="0.5" width="21" height="11"/></svg> ${words}</li>`,
    )}</ul>
`;
}

/** A percentage that SVG takes as a length. */
export function percent(value: number): string {
  return `${Math.round(value * 1000) / 1000}%`;
}

/** The patterns that looks refer to; stands once in a page. */
export function patterns(): Markup {
  const old = Object.entries(OLD_PATTERNS).flatMap(([look, path]) => [
    pattern(look, "blue", 5, path),
    pattern(`${look}-plaintext`, "red", 5, path),
  ]);
  return markup`<svg class="patterns" width="0" height="0" aria-hidden="true" focusable="false"><defs>
${pattern("plaintext", "red dense", 6, "M-1 1l2-2M0 6l6-6M5 7l2-2")}${pattern("other", "amber", 6, "M0 6l6-6M0 0l6 6")}${pattern("counted", "gray", 4, "M1 0v4")}${old}</defs></svg>
`;
}

function pattern(look: string, color: string, size: number, path: string): Markup {
  return markup`<pattern id="look-${look}" class="${color}" width="${size}" height="${size}" patternUnits="userSpaceOnUse"><rect width="${size}" height="${size}"/><path d="${path}"/></pattern>
`;
}
