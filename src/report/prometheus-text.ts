import { escapeForTerminal } from "./escape.ts";

/** One time series at this moment. */
export interface Sample {
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

/** A gauge; without samples it is left out. */
export interface Metric {
  readonly name: string;
  readonly help: string;
  readonly samples: readonly Sample[];
}

/** A metric in Prometheus' text exposition format 0.0.4. Names from outside are made visible as on a terminal. */
export function metricText({ name, help, samples }: Metric): string {
  if (samples.length === 0) return "";
  const lines = samples.map(({ labels, value }) => `${name}{${labelText(labels)}} ${value}\n`);
  return `# HELP ${name} ${help}\n# TYPE ${name} gauge\n${lines.join("")}`;
}

function labelText(labels: Readonly<Record<string, string>>): string {
  return Object.entries(labels)
    .map(([label, value]) => `${label}="${escapeForTerminal(value).replace(/[\\"]/g, "\\$&")}"`)
    .join(",");
}
