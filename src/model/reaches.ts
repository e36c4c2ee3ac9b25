import { LEVELS, type Level, type PolicyLevel } from "./finding.ts";

/** Whether a finding of this level makes a run fail. */
export function reaches(level: PolicyLevel, failOn: Level): boolean {
  return level !== "off" && LEVELS.indexOf(level) <= LEVELS.indexOf(failOn);
}
