import { resolve } from "node:path";
import { InvalidArgumentError } from "commander";
import type { ReportTarget } from "../commands/report-target.ts";
import { FINDING_KINDS, type FindingKind, LEVELS, type Level, type PolicyLevel } from "../model/finding.ts";
import { FORMATS, isFormat } from "../report/index.ts";

const RESOURCE_NAME = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/;

/** Gathers the values of a flag that may be repeated. */
export function repeated(value: string, before: readonly string[]): readonly string[] {
  return [...before, someText(value)];
}

/** The value of a flag that may not be empty. */
export function someText(value: string): string {
  if (value === "") throw new InvalidArgumentError("it is empty.");
  return value;
}

/** `--resource NAME[.GROUP]`. */
export function resourceName(value: string, before: readonly string[]): readonly string[] {
  if (RESOURCE_NAME.test(value)) return [...before, value];
  throw new InvalidArgumentError("a resource is named as in secrets or deployments.apps.");
}

/** `-o FORMAT[=FILE]`. */
export function reportTarget(value: string, before: readonly ReportTarget[]): readonly ReportTarget[] {
  const equals = value.indexOf("=");
  const format = equals === -1 ? value : value.slice(0, equals);
  const file = equals === -1 ? null : value.slice(equals + 1);
  if (!isFormat(format)) throw new InvalidArgumentError(`the formats are ${FORMATS.join(", ")}.`);
  if (file === "") throw new InvalidArgumentError("after the = a file is named.");
  const path = file === null ? null : resolve(file);
  if (before.some((target) => (target.file === null ? null : resolve(target.file)) === path)) {
    throw new InvalidArgumentError(
      file === null ? "only one report can go to standard output." : "two reports can't go to one file.",
    );
  }
  return [...before, { format, file }];
}

/** `--level KIND=off|note|warning|error`. */
export function findingLevel(
  value: string,
  before: ReadonlyMap<FindingKind, PolicyLevel>,
): ReadonlyMap<FindingKind, PolicyLevel> {
  const [kindText, ...levelTexts] = value.split("=");
  const levelText = levelTexts.join("=");
  const kind = FINDING_KINDS.find((known) => known === kindText);
  const level = levelText === "off" ? levelText : LEVELS.find((known) => known === levelText);
  if (kind === undefined) throw new InvalidArgumentError(`the kinds of finding are ${FINDING_KINDS.join(", ")}.`);
  if (level === undefined) throw new InvalidArgumentError("the levels are off, note, warning, error.");
  return new Map([...before, [kind, level]]);
}

/** `--fail-on error|warning|note`. */
export function failOnLevel(value: string): Level {
  const level = LEVELS.find((known) => known === value);
  if (level === undefined) throw new InvalidArgumentError(`the levels are ${LEVELS.join(", ")}.`);
  return level;
}

/** A whole number above 0. */
export function positiveInteger(value: string): number {
  const number = Number(value);
  if (!/^\d+$/.test(value) || !Number.isSafeInteger(number) || number === 0) {
    throw new InvalidArgumentError("a whole number above 0 is wanted.");
  }
  return number;
}
