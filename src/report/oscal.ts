import { uuidOf } from "../evidence/uuid.ts";
import type { AuditResult } from "../model/audit-result.ts";
import { escapeForJson } from "./escape.ts";
import { digestByKind } from "./kind-digest.ts";
import { markdownText } from "./markdown-text.ts";
import { notLookedAt } from "./not-looked-at.ts";
import { formatCount } from "./numbers.ts";
import { controlFindings, reviewedControls } from "./oscal-controls.ts";
import { MOST_FINDINGS, observations, sourceResources } from "./oscal-observations.ts";
import { oscalProps } from "./oscal-props.ts";
import { incompleteReasonLines, reportHead } from "./report-head.ts";
import type { Reporter } from "./reporter.ts";

/** The release of OSCAL whose schema the document follows (NIST). */
const OSCAL_VERSION = "1.2.2";

/**
 * OSCAL assessment results: an observation for each kind of finding and for the first findings of it, a finding for each
 * control that is supported or contradicted. UUIDs follow from the content, so the same input gives the same bytes.
 */
export const oscal: Reporter = {
  write(result, out) {
    const identity = JSON.stringify(reportHead(result));
    const digests = digestByKind(result, MOST_FINDINGS);
    const planUuid = uuidOf("plan", identity);
    const found = controlFindings(result, identity);
    const seen = observations(result, digests, identity);
    const document = {
      "assessment-results": {
        uuid: uuidOf("assessment-results", identity),
        metadata: metadata(result),
        "import-ap": { href: `#${planUuid}` },
        results: [
          {
            uuid: uuidOf("result", identity),
            title: title(result),
            description: markdownText(description(result)),
            start: result.startedAt.toISOString(),
            end: result.finishedAt.toISOString(),
            props: oscalProps({
              verdict: result.verdict,
              "exit-code": result.exitCode,
              "not-looked-at": notLookedAt(result).join(", "),
              cluster: result.cluster,
            }),
            "reviewed-controls": reviewedControls(result),
            ...(seen.length === 0 ? {} : { observations: seen }),
            ...(found.length === 0 ? {} : { findings: found }),
            remarks: markdownText(remarks(result)),
          },
        ],
        "back-matter": {
          resources: [
            {
              uuid: planUuid,
              title: "Assessment plan",
              description: `There is no plan in OSCAL: \`${result.tool.name} ${result.command}\` was run.`,
            },
            ...sourceResources(result, identity),
          ],
        },
      },
    };
    return out.write(`${escapeForJson(document)}\n`);
  },
};

function metadata({ finishedAt, tool, cluster }: AuditResult) {
  return {
    title: `Encryption at rest of Kubernetes data in etcd${cluster === null ? "" : `: ${markdownText(cluster)}`}`,
    "last-modified": finishedAt.toISOString(),
    version: tool.version,
    "oscal-version": OSCAL_VERSION,
    props: oscalProps({ tool: tool.name, "tool-version": tool.version }),
  };
}

function title({ command, verdict }: AuditResult): string {
  return `${command}: ${verdict}`;
}

function description(result: AuditResult): string {
  const missing = notLookedAt(result);
  const where = result.command === "lint-config" ? "of the configurations given" : "of what etcd stores";
  return `The bytes ${where} were examined.${missing.length === 0 ? "" : ` Not looked at: ${missing.join(", ")}.`}`;
}

function remarks(result: AuditResult): string {
  const { byKind } = result.summary.findings;
  const cut = [...byKind]
    .filter(([, count]) => count > MOST_FINDINGS)
    .map(([kind, count]) => {
      return `Of ${formatCount(count)} findings of the kind ${kind} the first ${MOST_FINDINGS} are here; the JSON report has all.`;
    });
  const reasons = result.sources.flatMap(incompleteReasonLines).map((reason) => `Incomplete: ${reason}.`);
  return ["What is said here is said of what was looked at, and of nothing else.", ...reasons, ...cut].join(" ");
}
