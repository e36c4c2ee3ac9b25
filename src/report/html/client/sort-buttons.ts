import { COLUMNS, type Column } from "../finding-cells.ts";
import type { Order } from "./choice.ts";
import { newElement } from "./page-element.ts";

/** The next order when a column's head is pressed: upwards, downwards, as the report has it. */
function nextOrder(order: Order | null, column: Column): Order | null {
  if (order?.column !== column) return { column, isDescending: false };
  return order.isDescending ? null : { column, isDescending: true };
}

/**
 * Turns the heads of a table into buttons that sort it.
 * @returns the columns that the table has
 */
export function makeSortButtons(table: HTMLTableElement, onOrder: (order: Order | null) => void): Column[] {
  let order: Order | null = null;
  const heads = [...table.querySelectorAll<HTMLTableCellElement>("thead th")].flatMap((head) => {
    const column = COLUMNS.find(([name]) => name === head.dataset["column"])?.[0];
    return column === undefined ? [] : [{ head, column }];
  });
  for (const { head, column } of heads) {
    const button = newElement("button", "", head.textContent ?? "");
    button.type = "button";
    button.addEventListener("click", () => {
      order = nextOrder(order, column);
      for (const other of heads) other.head.setAttribute("aria-sort", sortWord(order, other.column));
      onOrder(order);
    });
    head.replaceChildren(button);
    head.setAttribute("aria-sort", "none");
  }
  return heads.map(({ column }) => column);
}

function sortWord(order: Order | null, column: Column): string {
  if (order?.column !== column) return "none";
  return order.isDescending ? "descending" : "ascending";
}
