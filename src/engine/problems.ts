/** What the engine says of a record that can't be read (assembly/problems.ts): its numbers, from 1 on. */
const RECORD_PROBLEMS = [
  "its key is no revision",
  "its two revisions differ",
  "a key-value message that runs over its end",
  "a key-value message without a key",
  "a key-value message with a field of the wrong type",
  "a key-value message with a field of no known type",
  "a 64-bit number beyond 2^53 - 1 where a revision belongs",
  "a number that is cut off",
  "a number longer than ten bytes",
  "keys that are not in order",
] as const;

/** The words for the problem of a record. */
export function recordProblem(problem: number): string {
  return RECORD_PROBLEMS[problem - 1] ?? "it can't be read";
}

/** What the engine says of a page (assembly/problems.ts). */
export const PAGE_PROBLEMS = {
  noLeaf: 1,
  tooLong: 2,
  usedOtherwise: 3,
  noElements: 4,
  outOfBounds: 5,
} as const;
