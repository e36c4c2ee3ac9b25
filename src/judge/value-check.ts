import type { FindingKind } from "../model/finding.ts";
import type { Location } from "../model/location.ts";
import type { Standing } from "../model/standing.ts";
import type { ValueClass } from "../model/value-class.ts";
import type { KmsStanding } from "./kms-in-force.ts";

/** What a check may know of one audited value. Everything in it is shared by many values, so answers are kept. */
export interface ValueFacts {
  /** `resource` or `resource.group`; null of a key under no prefix. */
  readonly resource: string | null;
  /** Whether values of the resource can have findings. */
  readonly audited: boolean;
  readonly valueClass: ValueClass;
  readonly location: Location;
  /** Whether the API server still serves the resource; true also where that is not known. */
  readonly isServed: boolean;
  /** What the keys in force make of it; null where no configuration was asked, or the value is not stored. */
  readonly standing: Standing | null;
  /** How the key of a KMS value stands to the one in force. */
  readonly kmsStanding: KmsStanding;
  /** Whether another ciphertext under the same key has the same nonce. */
  readonly repeatsNonce: boolean;
}

/** One kind of finding about single values. */
export interface ValueCheck {
  readonly kind: FindingKind;
  /** Whether a value with these facts is such a finding. */
  holds(facts: ValueFacts): boolean;
}
