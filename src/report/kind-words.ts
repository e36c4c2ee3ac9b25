import type { Finding } from "../model/finding.ts";
import type { SourceFacts } from "../model/source-facts.ts";

/** The English of one kind of finding. Commands stand between back quotes. */
export interface KindWords {
  /** What many findings of the kind say, after their count: `3 live values are not encrypted`. */
  summary(count: number): string;
  /** What one finding says, as a sentence without a full stop. */
  message(finding: Finding): string;
  /** What to do about it, as sentences. */
  remediation(finding: Finding, source: SourceFacts | undefined): string;
}
