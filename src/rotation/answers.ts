import type { RotationAnswer } from "../model/rotation.ts";

/** What stands against an answer, from one source. */
export interface Against {
  readonly isComplete: boolean;
  /** Values of the live revision. */
  readonly head: number;
  /** Superseded revisions. */
  readonly history: number;
}

/** All that the two answers rest on. */
export interface Evidence {
  /** The source that stands for the cluster. */
  readonly cluster: Against;
  readonly backups: readonly Against[];
  /** Whether a configuration writes with the key, or API servers disagree. */
  readonly isStillWritten: boolean;
}

/** May it go from the configuration? */
export function mayBeRemoved({ cluster, backups, isStillWritten }: Evidence): RotationAnswer {
  if (![cluster, ...backups].every(({ isComplete }) => isComplete)) return "unknown";
  if (isStillWritten || cluster.head > 0) return "not-safe";
  return cluster.history > 0 ? "not-yet" : "safe";
}

/** May it be destroyed? A backup never lets go of what it was made with; where none is named, there may be others. */
export function mayBeDestroyed(evidence: Evidence): RotationAnswer {
  const removal = mayBeRemoved(evidence);
  if (removal === "unknown" || removal === "not-safe") return removal;
  if (evidence.backups.some(({ head, history }) => head + history > 0)) return "not-safe";
  if (removal === "not-yet") return removal;
  return evidence.backups.length === 0 ? "unknown" : "safe";
}
