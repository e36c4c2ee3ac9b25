import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe } from "vitest";
import { type Chromium, findChromium } from "./find-chromium.ts";
import { launch } from "./launch.ts";

const none: Chromium = { executable: "", env: {}, version: "none" };
const search = await findChromium();
if (search.kind === "missing") {
  const reasons = search.reasons.map((reason) => `  ${reason}`).join("\n");
  const message = `no chromium for the tests of pages:\n${reasons}\n`;
  if (process.env["CI"]) throw new Error(message);
  process.stderr.write(message);
}

/**
 * A suite that needs a real browser: skipped where none can be had, and a failure there when `CI` is set.
 * @param body gets a function that gives the browser, which runs while the suite does
 */
export function describeBrowser(name: string, body: (browser: () => Browser) => void): void {
  const chromium = search.kind === "found" ? search.chromium : none;
  describe.skipIf(search.kind === "missing")(`${name} (chromium ${chromium.version})`, () => {
    let browser: Browser | undefined;
    beforeAll(async () => {
      browser = await launch(chromium);
    });
    afterAll(async () => {
      await browser?.close();
    });
    body(() => {
      if (browser === undefined) throw new Error("the browser has not started");
      return browser;
    });
  });
}
