import { type Choice, chosen, type Order, sorted } from "./choice.ts";
import { openDetails } from "./details.ts";
import type { FindingList } from "./finding-list.ts";
import { pageElement } from "./page-element.ts";
import { rowElement } from "./row-element.ts";
import { makeSortButtons } from "./sort-buttons.ts";
import { VirtualRows } from "./virtual-rows.ts";

/** Rows that go on paper. */
const PRINTED_ROWS = 1000;
/** Milliseconds without a key before a search begins. */
const TYPING_PAUSE = 120;

/** Fills the table with life: search, sorting, keyboard, details, print. */
export class FindingTable {
  private readonly list: FindingList;
  private readonly sources: readonly string[];
  private readonly table = pageElement("finding-table", HTMLTableElement);
  private readonly query = pageElement("query", HTMLInputElement);
  private readonly level = pageElement("level", HTMLSelectElement);
  private readonly kind = pageElement("kind", HTMLSelectElement);
  private readonly rows: VirtualRows;
  private numbers: Uint32Array;
  private order: Order | null = null;

  constructor(list: FindingList, sources: readonly string[]) {
    this.list = list;
    this.sources = sources;
    this.numbers = chosen(list, this.choice);
    const { table } = this;
    const body = table.tBodies[0] ?? table.createTBody();
    const columns = makeSortButtons(table, (order) => {
      this.order = order;
      this.update();
    });
    const frame = pageElement("frame", HTMLDivElement);
    this.rows = new VirtualRows(frame, body, (position) =>
      rowElement(list.at(this.numbers[position] ?? 0), position, columns),
    );
    table.setAttribute("role", "grid");
    table.setAttribute("aria-colcount", String(columns.length));
    table.classList.add("virtual");
    body.addEventListener("click", (event) => this.openRow(event));
    // The frame has the focus when the row that had it was scrolled away.
    frame.addEventListener("keydown", (event) => this.press(event));
    this.listen();
    pageElement("filters", HTMLDivElement).hidden = false;
    this.update();
  }

  private get choice(): Choice {
    return { query: this.query.value, level: this.level.value, kind: this.kind.value };
  }

  private listen(): void {
    let pause = 0;
    this.query.addEventListener("input", () => {
      clearTimeout(pause);
      pause = setTimeout(() => this.update(), TYPING_PAUSE);
    });
    for (const select of [this.level, this.kind]) select.addEventListener("change", () => this.update());
    addEventListener("beforeprint", () => this.print());
    addEventListener("afterprint", () => this.rows.show(this.numbers.length));
  }

  private update(): void {
    this.numbers = sorted(this.list, chosen(this.list, this.choice), this.order);
    this.table.setAttribute("aria-rowcount", String(this.numbers.length + 1));
    this.rows.show(this.numbers.length);
    pageElement("count", HTMLParagraphElement).textContent = this.countWords();
  }

  private countWords(): string {
    const { length } = this.numbers;
    const total = this.list.size.toLocaleString("en-US");
    const noun = this.list.size === 1 ? "finding" : "findings";
    return length === this.list.size ? `${total} ${noun}` : `${length.toLocaleString("en-US")} of ${total} ${noun}`;
  }

  private print(): void {
    const { length } = this.numbers;
    this.rows.showFirst(PRINTED_ROWS);
    pageElement("print-note", HTMLParagraphElement).textContent =
      length > PRINTED_ROWS
        ? `Printed: the first ${PRINTED_ROWS.toLocaleString("en-US")} of ${this.countWords()}. -o csv and -o json have all.`
        : `Printed: ${this.countWords()}.`;
  }

  private openRow({ target }: Event): void {
    const row = target instanceof Element ? target.closest<HTMLTableRowElement>("tr[data-position]") : null;
    if (row === null) return;
    row.focus({ preventScroll: true });
    this.open(Number(row.dataset["position"]));
  }

  private open(position: number): void {
    const number = this.numbers[position];
    if (number !== undefined) openDetails(this.list.at(number), this.sources);
  }

  private press(event: KeyboardEvent): void {
    if (event.target instanceof HTMLButtonElement || this.numbers.length === 0) return;
    const { rows } = this;
    const moves: Readonly<Record<string, number>> = {
      ArrowDown: rows.position + 1,
      ArrowUp: rows.position - 1,
      PageDown: rows.position + rows.pageLength,
      PageUp: rows.position - rows.pageLength,
      Home: 0,
      End: this.numbers.length - 1,
    };
    const position = moves[event.key];
    if (position !== undefined) rows.moveTo(position);
    else if (event.key === "Enter" || event.key === " ") this.open(rows.position);
    else return;
    event.preventDefault();
  }
}
