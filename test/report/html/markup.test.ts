import fc from "fast-check";
import { expect, test } from "vitest";
import { Markup, markup } from "../../../src/report/html/markup.ts";

test("a text can neither end its element or attribute nor begin one, and nothing in it is unseen", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary" }), (text) => {
      const escaped = markup`${text}`.text;
      expect(escaped).not.toMatch(/[<>"']|&(?!(amp|lt|gt|quot|#39);)/);
      expect(escaped).not.toMatch(/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u);
    }),
    { numRuns: 1000 },
  );
});

test("pieces stand as they are, lists one after another, null as nothing", () => {
  const item = (text: string) => markup`<li>${text}</li>`;
  expect(markup`<ul>${["a<b", "&"].map(item)}</ul>${null}${7}`.text).toBe("<ul><li>a&lt;b</li><li>&amp;</li></ul>7");
  expect(markup`${new Markup("<b>")}`.text).toBe("<b>");
});

test("what turns text around or can't be seen is written out", () => {
  expect(markup`${"\u202egnp\u0000\u2028"}`.text).toBe("\\u{202e}gnp\\x00\\u{2028}");
});
