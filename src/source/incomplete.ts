import type { IncompleteCode, IncompleteReason } from "../model/source-facts.ts";

const MOST_REASONS = 20;

/** Collects why a source was not seen whole: the first reasons in full, the rest as a number. */
export class IncompleteReasons {
  readonly listed: IncompleteReason[] = [];
  further = 0;

  /** `message` is one line that says what was not seen, where, and what to do next. */
  add(code: IncompleteCode, message: string): void {
    if (this.listed.length < MOST_REASONS) this.listed.push({ code, message });
    else this.further++;
  }
}
