import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type { Browser, BrowserContextOptions, Page } from "playwright-core";

/** A page that is open, and what the browser had to say about it. */
export interface OpenedPage {
  readonly page: Page;
  /** Every line of the console and every error: violations of the page's policy are among them. */
  readonly complaints: readonly string[];
  /** Every address that was asked for, but for the page's own. */
  readonly requests: readonly string[];
}

/** Opens HTML from a file, as a reader would, for as long as the work takes. */
export async function withPage(
  browser: Browser,
  html: string | Uint8Array,
  work: (opened: OpenedPage) => Promise<void>,
  options: BrowserContextOptions = {},
): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), "page-"));
  const file = join(folder, "report.html");
  writeFileSync(file, html);
  const address = pathToFileURL(file).href;
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, ...options });
  try {
    const page = await context.newPage();
    const complaints: string[] = [];
    const requests: string[] = [];
    page.on("console", (message) => complaints.push(`${message.type()}: ${message.text()}`));
    page.on("pageerror", (error) => complaints.push(error.message));
    page.on("dialog", (dialog) => {
      complaints.push(`dialog: ${dialog.message()}`);
      void dialog.dismiss();
    });
    page.on("request", (request) => {
      if (request.url() !== address) requests.push(request.url());
    });
    await page.goto(address);
    await work({ page, complaints, requests });
  } finally {
    await context.close();
    rmSync(folder, { recursive: true, force: true });
  }
}
