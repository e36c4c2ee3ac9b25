import { type AuditOptions, audit, loadReporter } from "../src/index.ts";
import { terminalPicture } from "./terminal-picture.ts";

/** The same input gives the same picture. */
process.env["SOURCE_DATE_EPOCH"] ??= "1767225600";

const SAMPLE = "sample/snapshot.db.gz";
const ROTATION = "test/fixtures/c-aescbc-rotation/partly-rotated.db.gz";

/** What a terminal of so many columns shows of a scan; `file` lies in docs/gallery. */
export interface TerminalPicture {
  readonly file: string;
  readonly path: string;
  readonly columns: number;
  readonly caption: string;
}

/** What a browser shows of a report: the page from its top to the end of an element. */
export interface PagePicture {
  readonly file: string;
  readonly path: string;
  readonly cluster: string;
  readonly configurations: readonly string[];
  readonly colorScheme: "light" | "dark";
  /** CSS selector. */
  readonly lastElement: string;
  /** CSS selector of what is left out to keep the picture small; null for nothing. */
  readonly without: string | null;
  readonly caption: string;
}

export const TERMINAL_PICTURES: readonly TerminalPicture[] = [
  { file: "demo-80.svg", path: SAMPLE, columns: 80, caption: "`demo` in a terminal of 80 columns" },
  { file: "demo-200.svg", path: SAMPLE, columns: 200, caption: "The same at 200 columns" },
  { file: "rotation-100.svg", path: ROTATION, columns: 100, caption: "A rotation that is half done, at 100 columns" },
];

export const PAGE_PICTURES: readonly PagePicture[] = [
  {
    file: "report-rotation.png",
    path: ROTATION,
    cluster: "prod-eu-1",
    configurations: ["test/fixtures/c-aescbc-rotation/encryption-config.03-key2-key1.yaml"],
    colorScheme: "light",
    lastElement: ".timeline",
    without: "#scope",
    caption:
      "The HTML report of the same rotation, with its configuration, its scope left out: `aescbc/key1` ends where `aescbc/key2` begins",
  },
  {
    file: "report-dark.png",
    path: SAMPLE,
    cluster: "prod-eu-1",
    configurations: [],
    colorScheme: "dark",
    lastElement: "#scope .beside",
    without: null,
    caption: "The HTML report of the sample, on a dark screen",
  },
];

/** A terminal's picture, as SVG. */
export async function terminalSvg({ path, columns }: TerminalPicture): Promise<string> {
  return terminalPicture(await reportText("table", { path }, columns), columns);
}

/** The HTML report that a picture shows. */
export function reportPage({ path, cluster, configurations }: PagePicture): Promise<string> {
  return reportText("html", { path, cluster, configurations }, null);
}

/** The page of docs/gallery that shows them all. */
export function galleryPage(): string {
  const pictures = [...TERMINAL_PICTURES, ...PAGE_PICTURES].map(
    ({ file, path, caption }) => `## ${caption}\n\nFrom \`${path}\`.\n\n![${caption.replaceAll("`", "")}](${file})\n`,
  );
  return `# Gallery\n\nMade by \`npm run gallery\` from the sample and the fixtures. The tests compare what is text with the program.\n\n${pictures.join("\n")}`;
}

async function reportText(format: "table" | "html", options: AuditOptions, columns: number | null): Promise<string> {
  const result = await audit(options);
  const reporter = await loadReporter(format);
  let text = "";
  const out = {
    write(chunk: string | Uint8Array): undefined {
      text += typeof chunk === "string" ? chunk : Buffer.from(chunk).toString("utf8");
    },
  };
  await reporter.write(result, out, { columns, color: true, notice: () => undefined });
  return text;
}
