import { micromark } from "micromark";
import { gfm, gfmHtml } from "micromark-extension-gfm";
import { describe, expect, test } from "vitest";
import { markdownCell, markdownName, markdownText } from "../../src/report/markdown-text.ts";
import { collect } from "./collect.ts";
import { MARKUP_NAMES, manyFindings, markupResult, SAMPLES } from "./machine-samples.ts";
import { failingResult, incompleteResult, passingResult } from "./sample-reports.ts";
import { sampleResult, value, valueFinding } from "./sample-result.ts";

/** As GitHub renders it, raw HTML let through. */
function render(markdown: string): string {
  return micromark(markdown, {
    allowDangerousHtml: true,
    allowDangerousProtocol: true,
    extensions: [gfm()],
    htmlExtensions: [gfmHtml()],
  });
}

/** What is left of a rendered page when what stands in code is taken away. */
function outsideCode(html: string): string {
  return html.replace(/<code>[^<]*<\/code>/g, "");
}

/** Elements of a page that only the report itself makes. */
const OWN_ELEMENTS = /<\/?(?:h2|h3|h4|p|ul|li|table|thead|tbody|tr|th|td)(?: align="right")?>/g;

describe.each(Object.entries(SAMPLES))("the Markdown report of the %s sample", (name, result) => {
  test("is as it always was", async () => {
    await expect((await collect("markdown", result())).text).toMatchFileSnapshot(`../golden/markdown-${name}.md`);
  });

  test("renders to its own elements and code, and to no link, mention or reference", async () => {
    const rest = outsideCode(render((await collect("markdown", result())).text)).replace(OWN_ELEMENTS, "");
    expect(rest).not.toMatch(/[<>]/);
    expect(rest).not.toMatch(/@\w|#\d|https?:|www\./);
  });

  test("has rows as wide as their tables", async () => {
    const html = render((await collect("markdown", result())).text);
    for (const [table] of html.matchAll(/<table>.*?<\/table>/gs)) {
      const rows = [...table.matchAll(/<tr>(.*?)<\/tr>/gs)].map(([, row = ""]) => row.match(/<t[hd]/g)?.length);
      expect(new Set(rows).size).toBe(1);
      // A cell too many is dropped without a word: each row must end as it was written.
      expect(table).not.toMatch(/<td[^>]*><\/td>/);
    }
  });
});

test("the verdict comes first, with what was not looked at", async () => {
  const [first] = (await collect("markdown", passingResult())).text.split("\n");
  expect(first).toBe("## PASS (not looked at: freed pages, file tail, configuration)");
  const [, , second] = (await collect("markdown", incompleteResult())).text.split("\n");
  expect(second).toBe("Nothing may be concluded, since not all that was asked for was seen.");
});

test("names are shown as they are, in code", () => {
  for (const name of MARKUP_NAMES) {
    const shown = [markdownName(name), `| a |\n| - |\n| ${markdownCell(name)} |`].map(render);
    for (const html of shown) expect(outsideCode(html).replace(OWN_ELEMENTS, "")).not.toMatch(/[<>`@]|evil/);
  }
  expect(markdownName("shop/db")).toBe("`shop/db`");
  expect(markdownCell("a|b`c")).toBe("`a\\x7cb\\x60c`");
  expect(markdownName("x".repeat(1200))).toBe(`\`${"x".repeat(200)}\` (1,000 more characters)`);
});

test("of a sentence only what is no prose becomes code", () => {
  expect(markdownText("The live value of secrets shop/app-0 is not encrypted, 12.5 KiB of 1,200.")).toBe(
    "The live value of secrets `shop/app-0` is not encrypted, 12.5 KiB of 1,200.",
  );
  expect(markdownText("Run: `kubectl get secrets | kubectl replace -f -`, then [x](http://y).")).toBe(
    "Run: `kubectl get secrets | kubectl replace -f -`, then `[x](http://y)`.",
  );
});

test("every key that is listed stands whole, and the others are counted", async () => {
  const { text } = await collect("markdown", failingResult());
  expect(text.match(/^- `\/registry\/secrets\/[^`]+`$/gm)).toHaveLength(25);
  expect((await collect("markdown", manyFindings())).text).toContain("99,950 more: `-o keys`");
});

test("it fits a comment, whatever was found", async () => {
  const found = Array.from({ length: 5_000 }, (_, index) =>
    valueFinding(
      index % 2 === 0 ? "plaintext-value" : "malformed-ciphertext",
      value({ name: `${"ü".repeat(180)}${index}` }),
    ),
  );
  const stored = found.map((_, index) => value({ resource: `${"r".repeat(150)}${index}` }));
  for (const result of [manyFindings(), markupResult(), sampleResult({ found, stored })]) {
    expect((await collect("markdown", result)).bytes.length).toBeLessThanOrEqual(60_000);
  }
});

test("the answers on a rotation come right after the verdict, with their ledger", async () => {
  const counts = { head: 0, history: 4, residue: 0, wal: 1 };
  const { text } = await collect(
    "markdown",
    sampleResult({
      rotation: {
        question: { kind: "retire", key: "aescbc/key|1" },
        cluster: 0,
        isLive: true,
        needs: [{ head: 0, history: 1 }],
        decides: "removeFromConfig",
        removeFromConfig: "not-yet",
        destroyKey: "unknown",
        ledger: [{ key: "aescbc/key|1", source: 0, counts }],
      },
    }),
  );
  expect(text).toContain("Remove `aescbc/key|1` from the configuration: **NOT SAFE YET**\n\nDestroy it: **UNKNOWN**\n");
  expect(text).toContain("| `aescbc/key\\x7c1` | 0 | 0 | 4 | 0 | 1 |");
});
