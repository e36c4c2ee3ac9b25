import axe from "axe-core";
import { expect, test } from "vitest";
import { describeBrowser } from "../../browser/describe-browser.ts";
import { type OpenedPage, withPage } from "../../browser/with-page.ts";
import { collect } from "../collect.ts";
import { emptyResult, failingResult, hostileResult, incompleteResult, passingResult } from "../sample-reports.ts";
import { sampleResult, value, valueFinding } from "../sample-result.ts";

const RESULTS = [
  ["failing", failingResult()],
  ["passing", passingResult()],
  ["incomplete", incompleteResult()],
  ["empty", emptyResult()],
  ["hostile", hostileResult()],
] as const;

/** What axe-core finds against WCAG 2.2 A and AA and its best practices, one line each. */
async function barriers({ page }: OpenedPage): Promise<string[]> {
  await page.evaluate(axe.source);
  return (await page.evaluate(`axe.run(document).then(({ violations }) =>
    violations.flatMap(({ id, nodes }) => nodes.map(({ target, failureSummary }) => id + " " + target + " " + failureSummary)))`)) as string[];
}

describeBrowser("the page in a browser", (browser) => {
  for (const [name, result] of RESULTS) {
    for (const colorScheme of ["light", "dark"] as const) {
      test(`${name}, ${colorScheme}: nothing is asked for, refused or complained of, and no one is kept out`, async () => {
        const { bytes } = await collect("html", result);
        await withPage(
          browser(),
          bytes,
          async (opened) => {
            expect(await opened.page.locator("h1").textContent()).toMatch(/^Encryption at rest/);
            expect(await barriers(opened)).toEqual([]);
            expect([opened.complaints, opened.requests]).toEqual([[], []]);
          },
          { colorScheme },
        );
      });
    }
  }

  test("an open finding keeps no one out either", async () => {
    const { bytes } = await collect("html", failingResult());
    await withPage(browser(), bytes, async (opened) => {
      await opened.page.locator("#finding-table tbody tr").nth(3).click();
      expect(await opened.page.locator("dialog").isVisible()).toBe(true);
      expect(await barriers(opened)).toEqual([]);
    });
  });

  test("light and dark differ, and paper is light whatever the screen is", async () => {
    const { bytes } = await collect("html", passingResult());
    const grounds: string[] = [];
    for (const colorScheme of ["light", "dark"] as const) {
      await withPage(
        browser(),
        bytes,
        async ({ page }) => {
          const ground = "getComputedStyle(document.documentElement).backgroundColor";
          grounds.push(String(await page.evaluate(ground)));
          await page.emulateMedia({ media: "print" });
          grounds.push(String(await page.evaluate(ground)));
        },
        { colorScheme },
      );
    }
    expect(grounds).toEqual(["rgb(255, 255, 255)", "rgb(255, 255, 255)", "rgb(20, 23, 27)", "rgb(255, 255, 255)"]);
  });

  test("a narrow screen scrolls tables, not the page", async () => {
    const { bytes } = await collect("html", failingResult());
    await withPage(
      browser(),
      bytes,
      async ({ page }) => {
        expect(await page.evaluate("document.documentElement.scrollWidth <= innerWidth")).toBe(true);
      },
      { viewport: { width: 360, height: 700 } },
    );
  });

  test("without its script the page has all but the findings beyond the first 200, and says so", async () => {
    const found = Array.from({ length: 450 }, (_, index) =>
      valueFinding("plaintext-value", value({ name: `s-${index}` })),
    );
    const { bytes } = await collect("html", sampleResult({ found }));
    await withPage(
      browser(),
      bytes,
      async ({ page }) => {
        expect(await page.locator("#finding-table tbody tr").count()).toBe(200);
        expect(await page.locator("noscript .note").textContent()).toContain("The first 200 of 450 findings");
        expect(await page.locator("#filters").isVisible()).toBe(false);
        expect(await page.locator("#finding-table button").count()).toBe(0);
      },
      { javaScriptEnabled: false },
    );
  });

  test("prints on A4, with the first thousand findings that were asked for", async () => {
    const found = Array.from({ length: 1500 }, (_, index) =>
      valueFinding("plaintext-value", value({ name: `s-${index}` })),
    );
    const { bytes } = await collect("html", sampleResult({ found }));
    await withPage(browser(), bytes, async ({ page }) => {
      await page.evaluate("dispatchEvent(new Event('beforeprint'))");
      await page.emulateMedia({ media: "print" });
      expect(await page.locator("#finding-table tbody tr").count()).toBe(1000);
      expect(await page.locator("#print-note").textContent()).toContain("the first 1,000 of 1,500 findings");
      expect(await page.locator("#filters").isVisible()).toBe(false);
      expect(await page.evaluate("getComputedStyle(document.getElementById('frame')).overflow")).toBe("visible");
      await page.evaluate("dispatchEvent(new Event('afterprint'))");
      await page.emulateMedia({ media: "screen" });
      expect(await page.locator("#finding-table tbody tr").count()).toBeLessThan(100);
      const paper = (await page.pdf({ preferCSSPageSize: true })).toString("latin1");
      // A4 in points, as close as whole pixels allow.
      expect(paper).toMatch(/\/MediaBox \[0 0 59[45](\.\d+)? 84[12](\.\d+)?\]/);
    });
  });
});
