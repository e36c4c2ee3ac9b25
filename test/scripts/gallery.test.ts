import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { galleryPage, PAGE_PICTURES, TERMINAL_PICTURES, terminalSvg } from "../../scripts/gallery-pictures.ts";

const FOLDER = fileURLToPath(new URL("../../docs/gallery", import.meta.url));
const MOST_BYTES_OF_PICTURES = 200 * 1024;

describe("the gallery shows what the program prints; `npm run gallery` makes it anew", () => {
  test.each(TERMINAL_PICTURES)("$file", async (picture) => {
    expect(await terminalSvg(picture)).toBe(readFileSync(join(FOLDER, picture.file), "utf8"));
  });

  test("its page names every picture", () => {
    expect(galleryPage()).toBe(readFileSync(join(FOLDER, "README.md"), "utf8"));
  });

  test("the screenshots are there, are small, and nothing else is", () => {
    const files = [...TERMINAL_PICTURES, ...PAGE_PICTURES].map(({ file }) => file);
    expect(readdirSync(FOLDER).sort()).toEqual([...files, "README.md"].sort());
    const sizes = PAGE_PICTURES.map(({ file }) => statSync(join(FOLDER, file)).size);
    expect(Math.min(...sizes)).toBeGreaterThan(0);
    expect(sizes.reduce((sum, size) => sum + size, 0)).toBeLessThan(MOST_BYTES_OF_PICTURES);
  });
});
