import type { Finding, SourceDetail } from "../model/finding.ts";
import type { SourceFacts } from "../model/source-facts.ts";
import type { StoredValue } from "../model/stored-value.ts";

/** The English of one kind of finding. Commands stand between back quotes. */
export interface KindWords {
  /** What many findings of the kind say, after their count: `3 live values are not encrypted`. */
  summary(count: number): string;
  /** What one finding says, as a sentence without a full stop. */
  message(finding: Finding): string;
  /** What to do about it, as sentences. */
  remediation(finding: Finding, source: SourceFacts | undefined): string;
}

/** Words of a kind that is about stored values. */
export function ofValue(words: {
  summary(count: number): string;
  message(value: StoredValue): string;
  remediation(value: StoredValue, source: SourceFacts | undefined): string;
}): KindWords {
  return {
    summary: words.summary,
    message: ({ subject }) => (subject.kind === "value" ? words.message(subject.value) : words.summary(1)),
    remediation: ({ subject }, source) => (subject.kind === "value" ? words.remediation(subject.value, source) : ""),
  };
}

/** Words of a kind that is about a source as a whole. */
export function ofSource<Kind extends SourceDetail["kind"]>(
  kind: Kind,
  words: {
    summary(): string;
    message(detail: Extract<SourceDetail, { kind: Kind }>): string;
    remediation(detail: Extract<SourceDetail, { kind: Kind }>, source: SourceFacts | undefined): string;
  },
): KindWords {
  const detailOf = ({ subject }: Finding) =>
    subject.kind === "source" && isDetail(subject.detail, kind) ? subject.detail : null;
  return {
    summary: words.summary,
    message(finding) {
      const detail = detailOf(finding);
      return detail === null ? words.summary() : words.message(detail);
    },
    remediation(finding, source) {
      const detail = detailOf(finding);
      return detail === null ? "" : words.remediation(detail, source);
    },
  };
}

function isDetail<Kind extends SourceDetail["kind"]>(
  detail: SourceDetail,
  kind: Kind,
): detail is Extract<SourceDetail, { kind: Kind }> {
  return detail.kind === kind;
}
