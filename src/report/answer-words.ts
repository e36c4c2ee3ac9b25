import type { RotationAnswer } from "../model/rotation.ts";

/** Each answer of `verify-rotation` as it is shown. */
export const ANSWER_WORDS = {
  safe: "SAFE",
  "not-safe": "NOT SAFE",
  "not-yet": "NOT SAFE YET",
  unknown: "UNKNOWN",
} as const satisfies Record<RotationAnswer, string>;
