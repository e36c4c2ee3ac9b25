import { MarkdownPage } from "./markdown-page.ts";
import { rotationSection } from "./markdown-rotation.ts";
import { findingSections, keySection, resourceSection, sourceSection, verdictSection } from "./markdown-sections.ts";
import type { Reporter } from "./reporter.ts";

/**
 * A summary for a pull request's comment or a job's summary: the verdict first, with what was not looked at, then what
 * was found and what to do. It never grows beyond what a comment may hold, and says what it leaves out.
 */
export const markdown: Reporter = {
  write(result, out) {
    const page = new MarkdownPage();
    for (const section of [
      verdictSection(result),
      rotationSection(result),
      ...findingSections(result),
      resourceSection(result),
      keySection(result),
      sourceSection(result),
    ]) {
      page.add(section);
    }
    return out.write(page.text());
  },
};
