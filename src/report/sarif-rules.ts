import type { AuditResult } from "../model/audit-result.ts";
import { DEFAULT_LEVELS, FINDING_KINDS, type Finding, type FindingKind, type Level } from "../model/finding.ts";
import { pageOf } from "./finding-page.ts";
import { KIND_TITLES } from "./kind-titles.ts";
import { sarifText } from "./sarif-text.ts";
import { remediationOf } from "./words.ts";

/** GitHub ranks alerts by this number, from 0 to 10. */
const SECURITY_SEVERITY = { error: "8.0", warning: "5.0", note: "2.0" } as const satisfies Record<Level, string>;

/** A rule for each kind of finding, in the order of the contract, so that its index is that of the kind. */
export function sarifRules(result: AuditResult) {
  const examples = firstOfEachKind(result);
  return FINDING_KINDS.map((kind) => {
    const title = KIND_TITLES[kind];
    const page = `What it means, what follows from it and how it was found: ${pageOf(kind)} in the package.`;
    const example = examples.get(kind);
    const source = example?.source == null ? undefined : result.sources[example.source];
    const remedy = example === undefined ? "" : `${sarifText(remediationOf(example, source))} `;
    return {
      id: kind,
      name: pascalCase(kind),
      shortDescription: { text: title },
      fullDescription: { text: title },
      help: { text: `${remedy}${page}` },
      defaultConfiguration: { level: DEFAULT_LEVELS[kind] },
      properties: {
        tags: ["security", "encryption-at-rest"],
        "security-severity": SECURITY_SEVERITY[DEFAULT_LEVELS[kind]],
      },
    };
  });
}

/** Reads findings only until each kind has shown itself. */
function firstOfEachKind(result: AuditResult): ReadonlyMap<FindingKind, Finding> {
  const first = new Map<FindingKind, Finding>();
  const kinds = [...result.summary.findings.byKind.values()].filter((count) => count > 0).length;
  if (kinds === 0) return first;
  for (const finding of result.findings()) {
    if (!first.has(finding.kind)) first.set(finding.kind, finding);
    if (first.size === kinds) break;
  }
  return first;
}

function pascalCase(kind: FindingKind): string {
  return kind.replace(/(?:^|-)([a-z])/g, (_, letter: string) => letter.toUpperCase());
}
