import type { IncompleteCode, IncompleteReason } from "../model/source-facts.ts";

const MOST_PLACES = 20;

/**
 * Collects why a source was not seen whole. What is wrong with it as a whole comes first and is never left out; of the
 * places that are damaged the first are listed, the rest counted.
 */
export class IncompleteReasons {
  /** Reasons left out of the list. */
  further = 0;
  private readonly whole: IncompleteReason[] = [];
  private readonly places: IncompleteReason[] = [];

  /** All that are listed. */
  get listed(): readonly IncompleteReason[] {
    return [...this.whole, ...this.places];
  }

  /** `message` is one line that says what was not seen, where, and what to do next. */
  add(code: IncompleteCode, message: string): void {
    if (code !== "page-damaged" && code !== "record-damaged") this.whole.push({ code, message });
    else if (this.places.length < MOST_PLACES) this.places.push({ code, message });
    else this.further++;
  }
}
