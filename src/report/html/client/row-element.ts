import { acrossText, type Column, cellText, isAboutValue, type ShownFinding } from "../finding-cells.ts";
import { newElement } from "./page-element.ts";

/** The table row of a finding, at a position of the list that is shown. */
export function rowElement(finding: ShownFinding, position: number, columns: readonly Column[]): HTMLTableRowElement {
  const row = newElement("tr");
  row.tabIndex = -1;
  row.dataset["position"] = String(position);
  // The head is the first row.
  row.setAttribute("aria-rowindex", String(position + 2));
  const level = newElement("td", "level");
  level.append(newElement("span", `level ${finding.group.level}`, finding.group.level));
  if (!isAboutValue(finding)) {
    const across = newElement("td", "across", acrossText(finding));
    across.colSpan = columns.length - 2;
    row.append(level, newElement("td", "kind", finding.group.kind), across);
    return row;
  }
  row.append(
    ...columns.map((column) => {
      if (column === "level") return level;
      const text = cellText(finding, column);
      const cell = newElement("td", column, text);
      // What is cut at the cell's edge can still be read.
      if (text.length > 20) cell.title = text;
      return cell;
    }),
  );
  return row;
}
