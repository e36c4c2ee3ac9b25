import type { AuditResult } from "../model/audit-result.ts";
import { DEFAULT_LEVELS, FINDING_KINDS, POLICY_LEVELS } from "../model/finding.ts";
import { AREAS } from "../model/location.ts";
import { digestByKind } from "./kind-digest.ts";
import { wasLookedFor } from "./looked-for.ts";
import { runMetrics } from "./prometheus-run.ts";
import { type Metric, metricText, type Sample } from "./prometheus-text.ts";
import type { Reporter } from "./reporter.ts";

/**
 * The counts in Prometheus' text format, for node_exporter's textfile collector. Labels never hold a namespace, an
 * object's name or a key ID. A kind of finding that was not looked for has no sample, since 0 would say that all is well.
 */
export const prometheus: Reporter = {
  write(result, out, options) {
    const isComplete = result.verdict !== "incomplete";
    const run = runMetrics(
      {
        cluster: result.cluster,
        exitCode: result.exitCode,
        isComplete,
        startedAt: result.startedAt,
        finishedAt: result.finishedAt,
      },
      options.previousReport,
    );
    const counts = [findingMetric(result), ...(result.looked.head ? [valueMetric(result)] : [])];
    return out.write([...counts, ...run].map(metricText).join(""));
  },
};

function valueMetric(result: AuditResult): Metric {
  return {
    name: "etcd_encryption_values",
    help: "Stored values by how they are protected. Superseded and freed ones are not told by resource.",
    samples: [...liveSamples(result), ...otherSamples(result)],
  };
}

function liveSamples({ cluster, summary }: AuditResult): readonly Sample[] {
  return summary.resources.flatMap(({ resource, classes }) =>
    merged(
      classes.map(({ valueClass: { state, provider, keyName }, count }) => ({
        labels: { cluster: cluster ?? "", resource, location: "head", state, provider, key_name: keyName ?? "" },
        value: count,
      })),
    ),
  );
}

function otherSamples({ cluster, summary }: AuditResult): readonly Sample[] {
  return AREAS.filter((area) => area !== "head").flatMap((location) =>
    merged(
      summary.keys.map(({ valueClass: { state, provider, keyName }, counts }) => ({
        labels: { cluster: cluster ?? "", resource: "", location, state, provider, key_name: keyName ?? "" },
        value: counts[location],
      })),
    ).filter(({ value }) => value > 0),
  );
}

/** Classes that differ only in what is no label are one sample. */
function merged(samples: readonly { labels: Record<string, string | null>; value: number }[]): readonly Sample[] {
  const byLabels = new Map<string, { labels: Record<string, string>; value: number }>();
  for (const { labels, value } of samples) {
    const named = Object.fromEntries(Object.entries(labels).map(([name, text]) => [name, text ?? "unknown"]));
    const id = JSON.stringify(named);
    const before = byLabels.get(id);
    if (before === undefined) byLabels.set(id, { labels: named, value });
    else before.value += value;
  }
  return [...byLabels.values()];
}

function findingMetric(result: AuditResult): Metric {
  const digests = new Map(digestByKind(result, 0).map((digest) => [digest.kind, digest]));
  const cluster = result.cluster ?? "";
  return {
    name: "etcd_encryption_findings",
    help: "Findings by kind and level, as policy set it. No sample: not looked for.",
    samples: FINDING_KINDS.flatMap((kind): readonly Sample[] => {
      const digest = digests.get(kind);
      if (digest !== undefined) {
        return POLICY_LEVELS.filter((level) => digest.byLevel.has(level)).map((level) => ({
          labels: { cluster, kind, level },
          value: digest.byLevel.get(level) ?? 0,
        }));
      }
      if (result.verdict === "incomplete" || !wasLookedFor(kind, result)) return [];
      const level = result.policy.levels.get(kind) ?? DEFAULT_LEVELS[kind];
      return [{ labels: { cluster, kind, level }, value: 0 }];
    }),
  };
}
