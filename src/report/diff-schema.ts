import { z } from "zod";
import { LEVELS } from "../model/finding.ts";
import { CHANGES } from "./comparison.ts";
import { reportSchema } from "./schema.ts";

const count = z.int().min(0);
const changeCounts = { new: count, notLookedAt: count, fixed: count, remaining: count };
const report = reportSchema.shape;

const comparedSchema = z.object({
  path: z.string(),
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
  cluster: report.cluster,
  command: report.command.describe("Of the report; it is the same for both."),
  startedAt: report.startedAt,
  finishedAt: report.finishedAt,
  sources: report.sources,
  verdict: report.verdict,
  exitCode: report.exitCode,
});

/** What `diff -o json` prints: the one source of its type and of the JSON Schema that ships. */
const diffSchema = z
  .object({
    schemaVersion: z.literal("1.0"),
    tool: report.tool,
    command: z.literal("diff"),
    older: comparedSchema,
    newer: comparedSchema,
    differences: z
      .array(z.object({ kind: z.string(), message: z.string() }))
      .describe("In what the reports differ besides their findings, the gravest first."),
    policy: z.object({ failOn: z.enum(LEVELS) }),
    exitCode: z.int().min(0).max(255),
    summary: z.object({
      ...changeCounts,
      byKind: z.partialRecord(report.findings.element.shape.kind, z.object(changeCounts)),
    }),
    findings: z
      .array(
        report.findings.element.extend({
          change: z
            .enum(CHANGES)
            .describe(
              "new: only the newer report has it. remaining: both have it. fixed: only the older one has it, and the newer " +
                "one looked there. not-looked-at: only the older one has it, and the newer one did not look there or did " +
                "not see all there.",
            ),
        }),
      )
      .describe("Those that are gone, then all of the newer report; one a line."),
  })
  .meta({
    title: "etcd-encryption-auditor comparison",
    description:
      "What changed between two reports. source and cluster are indices into the report that has the finding.",
  });

/** A whole comparison as JSON. */
export type DiffReport = z.infer<typeof diffSchema>;

/** The JSON Schema (draft 2020-12) of a comparison. It allows further fields. */
export function diffJsonSchema(): object {
  return z.toJSONSchema(diffSchema, { target: "draft-2020-12", io: "input" });
}
