import type { FindingKind } from "../model/finding.ts";
import type { Location } from "../model/location.ts";
import type { ValueClass } from "../model/value-class.ts";

/** What a check may know of one audited value. Everything in it is shared by many values, so answers are kept. */
export interface ValueFacts {
  readonly valueClass: ValueClass;
  readonly location: Location;
  /** Whether the API server still serves the resource; true also where that is not known. */
  readonly isServed: boolean;
}

/** One kind of finding about single values. */
export interface ValueCheck {
  readonly kind: FindingKind;
  /** Whether a value with these facts is such a finding. */
  holds(facts: ValueFacts): boolean;
}
