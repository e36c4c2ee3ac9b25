import type { FindingGroup, FindingRow } from "../finding-data.ts";
import { FindingList } from "./finding-list.ts";
import { FindingTable } from "./finding-table.ts";
import { pageElement } from "./page-element.ts";

/** What runs in the page. Without it the page still tells everything but the findings beyond the first. */
function start(): void {
  if (document.getElementById("finding-table") === null) return;
  const rows = readData("finding-rows") as readonly FindingRow[];
  const { groups, sources } = readData("finding-groups") as {
    readonly groups: readonly FindingGroup[];
    readonly sources: readonly string[];
  };
  new FindingTable(new FindingList(rows, groups), sources);
}

/** The page's own data: written by the same version of the same program. */
function readData(id: string): unknown {
  const script = pageElement(id, HTMLScriptElement);
  const data: unknown = JSON.parse(script.textContent ?? "");
  // Read once: the text need not be held any longer.
  script.remove();
  return data;
}

start();
