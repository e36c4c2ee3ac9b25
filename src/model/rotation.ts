import type { Area } from "./location.ts";

export const ROTATION_ANSWERS = ["safe", "not-safe", "not-yet", "unknown"] as const;
/** `not-yet`: only superseded revisions stand against it, and they go with compaction. `unknown`: not all was seen. */
export type RotationAnswer = (typeof ROTATION_ANSWERS)[number];

/** What `verify-rotation` was asked: whether a key may go, or whether a configuration may be put in force. */
export type RotationQuestion =
  /** The key in text form, `PROVIDER/NAME[@ID]`. */
  | { readonly kind: "retire"; readonly key: string }
  /** The next configuration's path as it was given. */
  | { readonly kind: "next"; readonly path: string };

/** How many values of one source need one key, by where they lie. */
export interface LedgerRow {
  /** In text form. */
  readonly key: string;
  /** Index into the result's sources. */
  readonly source: number;
  readonly counts: Readonly<Record<Area, number>>;
}

/** What `verify-rotation` answers, and the counts that the answers rest on. */
export interface Rotation {
  readonly question: RotationQuestion;
  /** The source that stands for the cluster: the live one, else the file with the highest revision. */
  readonly cluster: number;
  readonly isLive: boolean;
  /** May it go from the configuration, or: may the next configuration be put in force. */
  readonly removeFromConfig: RotationAnswer;
  /** May the key be destroyed: every backup that was named counts too. */
  readonly destroyKey: RotationAnswer;
  /** What of each source stands against it: live values and superseded revisions. */
  readonly needs: readonly { readonly head: number; readonly history: number }[];
  /** Which of the two answers the exit code and the verdict follow. */
  readonly decides: "removeFromConfig" | "destroyKey";
  readonly ledger: readonly LedgerRow[];
}
