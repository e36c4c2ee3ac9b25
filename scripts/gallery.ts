import { writeFile } from "node:fs/promises";
import { audit, loadReporter } from "../src/index.ts";
import { terminalPicture } from "./terminal-picture.ts";

/** Makes the pictures of docs/gallery from the sample that ships: `npm run gallery`. */
const SAMPLE = "sample/snapshot.db.gz";
const WIDTHS = [80, 200] as const;

/** The demo's table as a terminal of so many columns shows it. */
export async function demoPicture(columns: number): Promise<string> {
  const result = await audit({ path: SAMPLE });
  const table = await loadReporter("table");
  let text = "";
  const out = {
    write(chunk: string | Uint8Array): undefined {
      text += typeof chunk === "string" ? chunk : Buffer.from(chunk).toString("utf8");
    },
  };
  await table.write(result, out, { columns, color: true, notice: () => undefined });
  return terminalPicture(text, columns);
}

process.env["SOURCE_DATE_EPOCH"] ??= "1767225600";
for (const columns of WIDTHS) await writeFile(`docs/gallery/demo-${columns}.svg`, await demoPicture(columns));
