import { newElement } from "./page-element.ts";

/** Rows above and below what is seen. */
const MARGIN_ROWS = 12;
/** Browsers draw nothing beyond some ten million pixels: of more rows than that, the scroll bar tells a share. */
const MOST_PIXELS = 8_000_000;

/** Shows a long list in a table body: only the rows that can be seen, and some around them, are there. */
export class VirtualRows {
  private readonly frame: HTMLElement;
  private readonly body: HTMLTableSectionElement;
  private readonly makeRow: (position: number) => HTMLTableRowElement;
  private readonly above = spacer();
  private readonly below = spacer();
  private size = 0;
  private rowHeight = 0;
  private from = 0;
  private to = 0;
  /** The row that the keyboard is at. */
  private current = 0;
  /** While rows stand there for paper, nothing that scrolls or changes its size may replace them. */
  private isForPaper = false;

  /** @param makeRow makes the row at a position of the list */
  constructor(frame: HTMLElement, body: HTMLTableSectionElement, makeRow: (position: number) => HTMLTableRowElement) {
    this.frame = frame;
    this.body = body;
    this.makeRow = makeRow;
    frame.addEventListener("scroll", () => this.draw(false), { passive: true });
    new ResizeObserver(() => this.draw(false)).observe(frame);
    body.addEventListener("focusin", ({ target }) => this.noteFocus(target));
  }

  /** Shows a list from its beginning. */
  show(size: number): void {
    this.isForPaper = false;
    this.size = size;
    this.current = 0;
    this.frame.scrollTop = 0;
    this.draw(true);
  }

  /** Shows the first rows all at once, as paper needs them; `show` ends that. */
  showFirst(count: number): void {
    this.isForPaper = true;
    const rows = Array.from({ length: Math.min(count, this.size) }, (_, position) => this.makeRow(position));
    this.body.replaceChildren(...rows);
  }

  /** The row at which the keyboard is. */
  get position(): number {
    return this.current;
  }

  /** Rows that fit into the frame. */
  get pageLength(): number {
    return Math.max(1, Math.floor(this.viewHeight() / this.height()) - 1);
  }

  /** Moves the keyboard to a row, which is then seen. */
  moveTo(position: number): void {
    this.current = Math.max(0, Math.min(this.size - 1, position));
    const first = this.firstSeen();
    const last = first + this.viewHeight() / this.height() - 1;
    if (this.current < first) this.scrollTo(this.current);
    else if (this.current > last) this.scrollTo(this.current - (last - first));
    this.draw(false);
    this.rowAt(this.current)?.focus({ preventScroll: true });
  }

  private draw(isNew: boolean): void {
    if (this.isForPaper) return;
    const visible = Math.ceil(this.viewHeight() / this.height());
    const first = this.firstSeen();
    const from = Math.max(0, Math.min(Math.floor(first), this.size - visible) - MARGIN_ROWS);
    const to = Math.min(this.size, Math.floor(first) + visible + 1 + MARGIN_ROWS);
    const above = Math.max(0, this.frame.scrollTop - (first - from) * this.height());
    this.above.style.height = `${above}px`;
    this.below.style.height = `${Math.max(0, this.fullHeight() - above - (to - from) * this.height())}px`;
    if (!isNew && from === this.from && to === this.to) return;
    this.from = from;
    this.to = to;
    const hadFocus = this.body.contains(document.activeElement);
    const rows = Array.from({ length: to - from }, (_, index) => this.makeRow(from + index));
    const { scrollTop } = this.frame;
    this.body.replaceChildren(this.above, ...rows, this.below);
    // When the row with the focus goes, the browser lays out in between and cuts the scroll position short.
    this.frame.scrollTop = scrollTop;
    const reachable = this.rowAt(this.current) ?? this.rowAt(Math.floor(first));
    if (reachable !== null) reachable.tabIndex = 0;
    if (hadFocus) (this.rowAt(this.current) ?? this.frame).focus({ preventScroll: true });
  }

  private rowAt(position: number): HTMLTableRowElement | null {
    return this.body.querySelector<HTMLTableRowElement>(`tr[data-position="${position}"]`);
  }

  private noteFocus(target: EventTarget | null): void {
    const position = target instanceof HTMLTableRowElement ? Number(target.dataset["position"]) : Number.NaN;
    if (Number.isNaN(position)) return;
    for (const row of this.body.querySelectorAll<HTMLTableRowElement>("tr[tabindex='0']")) row.tabIndex = -1;
    (target as HTMLTableRowElement).tabIndex = 0;
    this.current = position;
  }

  /** The position at the upper edge, with its fraction. */
  private firstSeen(): number {
    const { scrollTop } = this.frame;
    const full = this.fullHeight();
    if (full < MOST_PIXELS) return scrollTop / this.height();
    const view = this.viewHeight();
    return (scrollTop / Math.max(1, full - view)) * (this.size - view / this.height());
  }

  private scrollTo(position: number): void {
    const full = this.fullHeight();
    const view = this.viewHeight();
    this.frame.scrollTop =
      full < MOST_PIXELS ? position * this.height() : (position / (this.size - view / this.height())) * (full - view);
  }

  private fullHeight(): number {
    return Math.min(MOST_PIXELS, this.size * this.height());
  }

  /** The head of the table stays in view and covers some. */
  private viewHeight(): number {
    const head = this.body.parentElement?.querySelector("thead")?.clientHeight ?? 0;
    return Math.max(this.height(), this.frame.clientHeight - head);
  }

  private height(): number {
    if (this.rowHeight === 0) {
      const probe = this.size === 0 ? null : this.makeRow(0);
      if (probe !== null) this.body.append(probe);
      this.rowHeight = probe?.getBoundingClientRect().height || 28;
      probe?.remove();
    }
    return this.rowHeight;
  }
}

function spacer(): HTMLTableRowElement {
  const row = newElement("tr", "spacer");
  row.setAttribute("aria-hidden", "true");
  return row;
}
