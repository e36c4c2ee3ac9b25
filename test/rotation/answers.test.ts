import { expect, test } from "vitest";
import { type Against, mayBeDestroyed, mayBeRemoved } from "../../src/rotation/answers.ts";

const seen = (head: number, history: number, isComplete = true): Against => ({ isComplete, head, history });

test.each([
  ["nothing needs it", seen(0, 0), [], false, "safe", "unknown"],
  ["nothing needs it, nor a backup", seen(0, 0), [seen(0, 0)], false, "safe", "safe"],
  ["only a backup needs it", seen(0, 0), [seen(0, 0), seen(0, 1)], false, "safe", "not-safe"],
  ["superseded revisions need it", seen(0, 1), [seen(0, 0)], false, "not-yet", "not-yet"],
  ["superseded revisions and a backup need it", seen(0, 1), [seen(1, 0)], false, "not-yet", "not-safe"],
  ["a live value needs it", seen(1, 0), [seen(0, 0)], false, "not-safe", "not-safe"],
  ["it is still written with", seen(0, 0), [seen(0, 0)], true, "not-safe", "not-safe"],
  ["the cluster was not seen whole", seen(0, 0, false), [seen(0, 0)], false, "unknown", "unknown"],
  ["a backup was not seen whole", seen(0, 0), [seen(0, 0, false)], false, "unknown", "unknown"],
  ["what was not seen whole needs it", seen(1, 0, false), [], false, "unknown", "unknown"],
] as const)("when %s", (_, cluster, backups, isStillWritten, removal, destruction) => {
  const evidence = { cluster, backups, isStillWritten };
  expect([mayBeRemoved(evidence), mayBeDestroyed(evidence)]).toEqual([removal, destruction]);
});
