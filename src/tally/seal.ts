import type { Classifier } from "../classify/classifier.ts";
import { compactionGoesOn } from "../judge/compaction.ts";
import { type FoundKind, levelUnder } from "../judge/policy.ts";
import type { SourceCheck, SourceOverview } from "../judge/source-check.ts";
import { SOURCE_CHECKS } from "../judge/source-checks/index.ts";
import { type AlikeFindings, eachAlone, findingsOfKind } from "../model/alike-findings.ts";
import type { Looked, Policy, Summary } from "../model/audit-result.ts";
import { DEFAULT_LEVELS, type Finding, type FindingKind, type Level, type SourceDetail } from "../model/finding.ts";
import type { SourceFacts } from "../model/source-facts.ts";
import type { InventoryRow } from "../model/stored-value.ts";
import type { Scope } from "../scope/scope.ts";
import { alikeRows } from "./alike-rows.ts";
import { type ConfigurationFound, configurationFindings } from "./configuration-findings.ts";
import { decryptedCounts } from "./decrypted-counts.ts";
import { FindingCounts } from "./finding-counts.ts";
import { SealedValues } from "./sealed-values.ts";
import { overviewOf } from "./source-overview.ts";
import type { SourceTally } from "./source-tally.ts";
import { summaryOf } from "./summary.ts";

/** One source that has been read to its end. */
export interface ReadSource {
  readonly facts: SourceFacts;
  readonly scope: Scope;
  readonly tally: SourceTally;
}

/** What was found, sorted; everything can be read again and again. */
export interface Sealed {
  readonly summary: Summary;
  /** The kinds of finding that there are, with their default levels. */
  readonly found: readonly FoundKind[];
  /** How far live and superseded ciphertext was proven to open. */
  readonly decrypted: Looked["decrypted"];
  findings(kind?: FindingKind): Iterable<Finding>;
  alike(): Iterable<AlikeFindings>;
  values(): Iterable<InventoryRow>;
}

/** What else a result tells, and how. */
export interface SealOptions {
  /** What was found in configurations, which stands in front. */
  readonly inConfigurations?: readonly ConfigurationFound[];
  /** What is asked of the source as a whole. */
  readonly checks?: readonly SourceCheck[];
  /** The source's place in the result. */
  readonly source?: number;
}

/**
 * Ends the collecting: sorts what one source gave, and sums it up.
 */
export function seal(
  { facts, scope, tally }: ReadSource,
  classifier: Classifier,
  policy: Policy,
  { inConfigurations = [], checks = SOURCE_CHECKS, source = 0 }: SealOptions = {},
): Sealed {
  const sealed = new SealedValues(tally.pass, scope, classifier);
  const overview = overviewOf(facts, scope, tally, classifier);
  const details = checks.flatMap((check) => check.examine(overview));
  const levelOf = defaultLevels(overview, tally, classifier);
  const counts = new FindingCounts();
  const ofConfigurations = configurationFindings(inConfigurations, policy, counts);
  for (const { kind } of details) counts.add(kind, DEFAULT_LEVELS[kind]);
  const findingOrder = tally.findings.order();
  const storedOf = (index: number) => sealed.storedValue(tally.findings.at(index));
  const alike = alikeRows(tally.findings, findingOrder, levelOf, storedOf);
  for (const { kind, level, count } of alike) counts.add(kind, level, count);
  // Findings about no key sort as the empty key: first.
  const ofNoValue = [...ofConfigurations, ...details.map((detail) => sourceFinding(detail, policy, source))];
  const ofValue = (index: number): Finding => {
    const kind = tally.findings.kindAt(index);
    const subject = { kind: "value", value: storedOf(index) } as const;
    return { kind, level: levelUnder(policy, kind, levelOf(index)), source, subject };
  };
  const valueOrder = tally.values?.order() ?? [];
  return {
    summary: summaryOf(scope, tally, classifier, counts, policy),
    found: counts.found(),
    decrypted: decryptedCounts(tally.counts, classifier),
    *findings(kind) {
      yield* findingsOfKind(ofNoValue, kind);
      for (const index of findingOrder)
        if (kind === undefined || tally.findings.kindAt(index) === kind) yield ofValue(index);
    },
    *alike() {
      yield* eachAlone(ofNoValue);
      for (const { first, count } of alike) yield { first: ofValue(first), count };
    },
    *values() {
      if (tally.values === undefined) return;
      for (const index of valueOrder) yield sealed.inventoryRow(tally.values.at(index));
    },
  };
}

/**
 * The default level of each finding: a superseded plaintext that the next compaction removes is only a warning, and so is
 * a repeated IV of AES-CBC, which tells no more than that two values begin alike, and an older KMS key where nobody said which
 * one is in force.
 */
function defaultLevels(overview: SourceOverview, tally: SourceTally, classifier: Classifier): (index: number) => Level {
  const { findings } = tally;
  const removes = compactionGoesOn(overview);
  const { classes } = classifier;
  const classOf = (index: number) => classes.valueClass(classes.settled(findings.classAt(index)));
  return (index) => {
    const kind = findings.kindAt(index);
    if (kind === "nonce-reuse" && classOf(index).provider === "aescbc") return "warning";
    if (kind === "stale-kms-key" && tally.kmsKeys.standing(classOf(index)) === "seems-older") return "warning";
    const isPassing = removes && kind === "plaintext-revision" && !tally.isLiveInPlaintext(findings.key(index));
    return isPassing ? "warning" : DEFAULT_LEVELS[kind];
  };
}

function sourceFinding(detail: SourceDetail, policy: Policy, source: number): Finding {
  return { kind: detail.kind, level: levelUnder(policy, detail.kind), source, subject: { kind: "source", detail } };
}
