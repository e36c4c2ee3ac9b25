import { createHash } from "node:crypto";
import type { Configuration } from "./configuration/configuration.ts";
import { worded } from "./configuration/lint/configuration-detail.ts";
import { lint } from "./configuration/lint/index.ts";
import type { LintFile } from "./configuration/lint/lint-result.ts";
import { readConfiguration } from "./configuration/read-configuration.ts";
import { summaryOf } from "./configuration/summary.ts";
import { AuditError } from "./errors.ts";
import type { ConfigurationFacts } from "./model/configuration-facts.ts";
import type { ConfigurationDetail } from "./model/finding.ts";
import { readConfigurationFile } from "./source/configuration-file.ts";
import type { ConfigurationFound } from "./tally/configuration-findings.ts";

/** Configuration files as they were read, whatever the API server makes of them. */
export interface ReadConfigurations {
  readonly facts: readonly ConfigurationFacts[];
  /** Those that the API server takes. */
  readonly accepted: readonly Configuration[];
  /** What the files themselves are found to be, by file and line. */
  readonly findings: readonly ConfigurationFound[];
}

/**
 * Reads and judges configuration files, each once; several are those of several API servers.
 * @param paths files, or `-` for standard input
 * @throws AuditError when a file can't be read at all
 */
export async function readConfigurations(paths: readonly string[]): Promise<ReadConfigurations> {
  const files: LintFile[] = [];
  const facts: ConfigurationFacts[] = [];
  for (const path of new Set(paths)) {
    const file = await readConfigurationFile(path);
    const reading = readConfiguration(file.path, file.bytes);
    files.push({ mode: file.mode, reading });
    facts.push(
      reading.kind === "accepted"
        ? summaryOf(reading.configuration)
        : { path: file.path, sha256: sha256Of(file.bytes), kind: null, resources: [] },
    );
  }
  const accepted = files.flatMap(({ reading }) => (reading.kind === "accepted" ? [reading.configuration] : []));
  return { facts, accepted, findings: worded(lint(files)) };
}

/**
 * Reads the configurations that are in force: data can be judged only by such as the API server takes.
 * @throws AuditError when a file can't be read, or the API server refuses it (CONFIGURATION_REFUSED, with its line)
 */
export async function readConfigurationsInForce(paths: readonly string[]): Promise<ReadConfigurations> {
  const read = await readConfigurations(paths);
  const refused = read.findings.find(({ kind }) => kind === "config-refused");
  if (refused === undefined) return read;
  const { file, line, message, remedy } = refused.detail;
  throw new AuditError("CONFIGURATION_REFUSED", `${file}, line ${line}: ${message}`, { nextStep: remedy });
}

function sha256Of(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex");
}

/** What a kube-apiserver has in force whose manifest names no configuration: everything is stored as it is. */
export function withoutConfiguration(manifest: string): ReadConfigurations {
  const detail: ConfigurationDetail = {
    file: manifest,
    line: 1,
    resource: "secrets",
    key: null,
    identity: "no configuration",
    message: "kube-apiserver is started without --encryption-provider-config: secrets are stored as they are",
    remedy: "write an EncryptionConfiguration that encrypts secrets, and name it with that flag",
  };
  return {
    facts: [],
    accepted: [
      { path: manifest, sha256: "", kind: "EncryptionConfiguration", kindLine: 1, resourcesLine: 1, rules: [] },
    ],
    findings: [{ kind: "config-secrets-not-covered", detail }],
  };
}
