import { writeFile } from "node:fs/promises";
import { findChromium } from "../test/browser/find-chromium.ts";
import { launch } from "../test/browser/launch.ts";
import { withPage } from "../test/browser/with-page.ts";
import { galleryPage, PAGE_PICTURES, reportPage, TERMINAL_PICTURES, terminalSvg } from "./gallery-pictures.ts";

/** Makes docs/gallery from the sample that ships and from fixtures: `npm run gallery`. Screenshots need a chromium. */
const FOLDER = "docs/gallery";
const WIDTH = 1180;

await writeFile(`${FOLDER}/README.md`, galleryPage());
for (const picture of TERMINAL_PICTURES) await writeFile(`${FOLDER}/${picture.file}`, await terminalSvg(picture));

const search = await findChromium();
if (search.kind === "missing") throw new Error(`no chromium for the screenshots: ${search.reasons.join("; ")}`);
const browser = await launch(search.chromium);
for (const picture of PAGE_PICTURES) {
  const { colorScheme, file, lastElement, without } = picture;
  await withPage(
    browser,
    await reportPage(picture),
    async ({ page }) => {
      if (without !== null) await page.evaluate(`document.querySelector("${without}").remove()`);
      const box = await page.locator(lastElement).boundingBox();
      if (box === null) throw new Error(`the page has no ${lastElement}`);
      const clip = { x: 0, y: 0, width: WIDTH, height: Math.ceil(box.y + box.height) + 12 };
      await page.screenshot({ path: `${FOLDER}/${file}`, fullPage: true, clip });
    },
    { colorScheme, viewport: { width: WIDTH, height: 900 } },
  );
}
await browser.close();
