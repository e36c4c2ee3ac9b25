import type { Page } from "playwright-core";
import { expect, test } from "vitest";
import { describeBrowser } from "../../browser/describe-browser.ts";
import { type OpenedPage, withPage } from "../../browser/with-page.ts";
import { collect } from "../collect.ts";
import { failingResult, hostileResult } from "../sample-reports.ts";
import { AESCBC, sampleResult, value, valueFinding } from "../sample-result.ts";

const MANY = 100_000;

/** What each cell of a column says, row by row, as far as rows are there. */
async function column(page: Page, name: string): Promise<string[]> {
  return page.locator(`#finding-table tbody td.${name}`).allInnerTexts();
}

/** The position of the row that has the focus, and what it says. */
async function focused(page: Page): Promise<string> {
  return String(
    await page.evaluate("document.activeElement.dataset.position + ' ' + document.activeElement.innerText"),
  );
}

function count(page: Page): Promise<string | null> {
  return page.locator("#count").textContent();
}

describeBrowser("the table of findings", (browser) => {
  const withResult = async (result: Parameters<typeof collect>[1], work: (opened: OpenedPage) => Promise<void>) =>
    withPage(browser(), (await collect("html", result)).bytes, async (opened) => {
      await work(opened);
      expect([opened.complaints, opened.requests]).toEqual([[], []]);
    });

  test("is searched by words, each of which must be somewhere", () =>
    withResult(failingResult(), async ({ page }) => {
      expect(await count(page)).toBe("33 findings");
      await page.getByLabel("Search").fill("SHOP 0001");
      await page.getByText("1 of 33 findings").waitFor();
      expect(await column(page, "name")).toEqual(["app-credentials-0001"]);
      await page.getByLabel("Search").fill("nothing has this");
      await page.getByText("0 of 33 findings").waitFor();
      expect(await page.locator("#finding-table tbody tr[data-position]").count()).toBe(0);
      await page.getByLabel("Search").fill("");
      await page.getByText("33 findings", { exact: true }).waitFor();
    }));

  test("is narrowed by level and kind", () =>
    withResult(failingResult(), async ({ page }) => {
      await page.getByLabel("Level").selectOption("warning");
      expect(await column(page, "kind")).toEqual(["compaction-stalled", "unlooked-prefix"]);
      await page.getByLabel("Level").selectOption("");
      await page.getByLabel("Finding", { exact: true }).selectOption("plaintext-revision");
      expect(await count(page)).toBe("2 of 33 findings");
      expect(await page.locator("#count").getAttribute("role")).toBe("status");
    }));

  test("is sorted by each head upwards, downwards, and back to the report's order", () =>
    withResult(
      sampleResult({
        found: [30, 9, 100].map((modRevision, index) =>
          valueFinding("plaintext-value", value({ name: `s-${index}`, modRevision, valueClass: AESCBC })),
        ),
      }),
      async ({ page }) => {
        const head = page.locator("th.revision");
        const seen: [string | null, string[]][] = [];
        for (let press = 0; press < 3; press++) {
          await head.getByRole("button", { name: "Revision" }).click();
          seen.push([await head.getAttribute("aria-sort"), await column(page, "revision")]);
        }
        expect(seen).toEqual([
          ["ascending", ["9", "30", "100"]],
          ["descending", ["100", "30", "9"]],
          ["none", ["30", "9", "100"]],
        ]);
      },
    ));

  test("is walked with the keyboard alone, and a finding opened and closed", () =>
    withResult(failingResult(), async ({ page }) => {
      await page.getByLabel("Search").focus();
      // Past both selections and the heads of eight columns to the rows.
      for (let tab = 0; tab < 11; tab++) await page.keyboard.press("Tab");
      expect(await focused(page)).toMatch(/^0 /);
      await page.keyboard.press("End");
      expect(await focused(page)).toMatch(/^32 /);
      await page.keyboard.press("Home");
      for (let down = 0; down < 3; down++) await page.keyboard.press("ArrowDown");
      expect(await focused(page)).toContain("app-credentials-0003");
      await page.keyboard.press("Enter");
      const dialog = page.getByRole("dialog", { name: "error plaintext-value" });
      expect(await dialog.textContent()).toContain("/registry/secrets/shop/app-credentials-0003");
      expect(await dialog.textContent()).toContain(
        "The live value of secrets shop/app-credentials-0003 is not encrypted.",
      );
      await page.keyboard.press("Escape");
      expect(await dialog.isVisible()).toBe(false);
      expect(await focused(page)).toMatch(/^3 /);
    }));

  test("the skip link is the first stop and leads to the findings", () =>
    withResult(failingResult(), async ({ page }) => {
      await page.keyboard.press("Tab");
      expect(await page.evaluate("document.activeElement.className")).toBe("skip");
      await page.keyboard.press("Enter");
      expect(await page.evaluate("location.hash")).toBe("#findings");
    }));

  test("of a hundred thousand findings holds only the rows in view, and reaches each", async () => {
    const found = Array.from({ length: MANY }, (_, index) => {
      const name = `secret-${String(index).padStart(6, "0")}`;
      return valueFinding("plaintext-value", value({ name, namespace: `ns-${index % 50}`, modRevision: index + 2 }));
    });
    await withResult(sampleResult({ found }), async ({ page }) => {
      const rows = page.locator("#finding-table tbody tr");
      expect(await count(page)).toBe("100,000 findings");
      expect(await rows.count()).toBeLessThan(100);
      await page.evaluate(
        "document.getElementById('frame').scrollTop = document.getElementById('frame').scrollHeight / 2",
      );
      await page.getByText("secret-050000", { exact: true }).waitFor();
      expect(await rows.count()).toBeLessThan(100);
      await page.getByLabel("Search").fill("secret-099999");
      await page.getByText("1 of 100,000 findings").waitFor();
      expect(await column(page, "namespace")).toEqual(["ns-49"]);
      await page.getByLabel("Search").fill("");
      await page.getByText("100,000 findings", { exact: true }).waitFor();
      await page.getByRole("button", { name: "Namespace" }).click();
      expect((await column(page, "name")).slice(0, 2)).toEqual(["secret-000000", "secret-000050"]);
      await rows.nth(1).focus();
      await page.keyboard.press("End");
      expect(await focused(page)).toMatch(/^99999 [\s\S]*secret-099959/);
      expect(await page.locator("#finding-table").getAttribute("aria-rowcount")).toBe("100001");
    });
  });

  test("of more rows than a browser can draw reaches the last one too", async () => {
    const shared = value({ namespace: "shop" });
    const result = sampleResult({
      found: Array.from({ length: 400_000 }, (_, index) =>
        valueFinding("plaintext-value", { ...shared, name: `s${index}` }),
      ),
    });
    await withResult(result, async ({ page }) => {
      await page.locator("#finding-table tbody tr[data-position='0']").focus();
      await page.keyboard.press("End");
      expect(await focused(page)).toMatch(/^399999 [\s\S]*s399999/);
      expect(await page.locator("#finding-table tbody tr[data-position='399999']").isVisible()).toBe(true);
      await page.keyboard.press("PageUp");
      expect(Number((await focused(page)).split(" ")[0])).toBeLessThan(399_990);
    });
  });

  test("shows hostile names as text, and runs nothing that is in them", async () => {
    const names = [
      "</script><script>alert(1)</script>",
      "<img src=x onerror=alert(2)>",
      '"><svg onload=alert(3)>',
      "<!--<script>",
      "]]>&lt;b&gt;",
      "\u2028line\u2029",
      "\u0000nul\u001b[31m",
      "\u202etxt.exe",
    ];
    const hostile = hostileResult();
    const found = [
      ...names.map((name) =>
        valueFinding("plaintext-value", value({ name, namespace: `ns${name}`, resource: `r${name}` })),
      ),
      ...hostile.findings(),
    ];
    const stored = found.flatMap(({ subject }) => (subject.kind === "value" ? [{ ...value(), ...subject.value }] : []));
    const [source] = hostile.sources;
    if (source === undefined) throw new Error("the sample has a source");
    const result = sampleResult({
      found,
      stored,
      cluster: names[0] ?? null,
      sources: [{ ...source, path: names[1] ?? null }],
    });
    await withResult(result, async ({ page }) => {
      expect(await page.locator("script, img, [onerror], [onload], main b > b").count()).toBe(1);
      expect((await column(page, "name")).slice(0, names.length)).toEqual([
        ...names.slice(0, 5),
        "\\u{2028}line\\u{2029}",
        "\\x00nul\\x1b[31m",
        "\\u{202e}txt.exe",
      ]);
      expect(await page.locator("h1").textContent()).toBe(`Encryption at rest of ${names[0]}`);
      await page.locator("#finding-table tbody tr").nth(1).click();
      const details = await page.locator("dialog").textContent();
      expect(details).toContain(`/registry/r${names[0]}/ns${names[0]}/${names[0]}`);
      const tags = "[...new Set([...document.querySelectorAll('#details-facts *')].map(({ tagName }) => tagName))]";
      expect(await page.evaluate(tags)).toEqual(["DIV", "DT", "DD", "CODE"]);
    });
  });
});
