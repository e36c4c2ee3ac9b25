import { spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { expect } from "vitest";
import type { InventoryLine, JsonReport } from "../corpus/program-output.ts";
import { PROGRAM, programEnvironment, type Run } from "../corpus/run-program.ts";
import { readLines, withTextLease } from "../corpus/scenario-folder.ts";
import type { EtcdServer } from "../etcd/server.ts";
import { expectOneLine } from "./messages.ts";

/** Makes a scan of some MB take some seconds. A server that streams a range sends up to 1.5 MB at a time. */
export const SLOW = ["--max-bytes-per-second", "1500000"];

/** A run under way. */
export interface Running {
  readonly pid: number;
  signal(name: NodeJS.Signals): void;
  /** Resolves when standard error holds a text, or at the end. */
  said(text: string): Promise<void>;
  readonly ended: Promise<Run>;
}

/** Starts the built program; `env` is added to what it is given. */
export function startProgram(args: readonly string[], env: NodeJS.ProcessEnv = {}): Running {
  const child = spawn(process.execPath, [PROGRAM, ...args], {
    env: { ...programEnvironment(), ...env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const stdout: Buffer[] = [];
  const stderr: Buffer[] = [];
  child.stdout.on("data", (bytes: Buffer) => stdout.push(bytes));
  child.stderr.on("data", (bytes: Buffer) => stderr.push(bytes));
  const ended = new Promise<Run>((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (status, signal) =>
      resolve({ status, signal, stdout: Buffer.concat(stdout), stderr: Buffer.concat(stderr).toString() }),
    );
  });
  const said = async (text: string): Promise<void> => {
    const hasEnded = ended.then(() => true);
    while (!Buffer.concat(stderr).includes(text)) if (await Promise.race([hasEnded, sleep(20)])) return;
  };
  return { pid: child.pid ?? -1, signal: (name) => child.kill(name), said, ended };
}

/** A scan's end: exit code, standard error, report and inventory; both are null when none was written. */
export interface Scanned {
  readonly status: number | null;
  readonly stderr: string;
  readonly report: JsonReport | null;
  readonly inventory: readonly InventoryLine[] | null;
}

/** Scans and gives the report and the inventory of the same run. */
export async function scan(args: readonly string[], env: NodeJS.ProcessEnv = {}): Promise<Scanned> {
  return (await startScan(args, env)).ended;
}

/** Starts a scan that can be disturbed while it runs. */
export async function startScan(
  args: readonly string[],
  env: NodeJS.ProcessEnv = {},
): Promise<{ readonly running: Running; readonly ended: Promise<Scanned> }> {
  const folder = mkdtempSync(join(tmpdir(), "live-scan-"));
  const [inventoryFile, reportFile] = [join(folder, "inventory"), join(folder, "report")];
  const outputs = ["-o", `inventory=${inventoryFile}`, "-o", `json=${reportFile}`];
  const running = startProgram(["scan", ...args, ...outputs], env);
  const ended = running.ended.then(({ status, stderr }) => {
    const inventory = textOf(inventoryFile);
    const report = textOf(reportFile);
    rmSync(folder, { recursive: true, force: true });
    return {
      status,
      stderr,
      report: report === null ? null : (JSON.parse(report) as JsonReport),
      inventory: inventory === null ? null : readLines(inventory).map(inventoryLine),
    };
  });
  return { running, ended };
}

function inventoryLine(line: string): InventoryLine {
  return JSON.parse(withTextLease(line)) as InventoryLine;
}

function textOf(file: string): string | null {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return null;
  }
}

/** The reasons for which a report is incomplete, as `code: message` lines. */
export function reasonsOf({ report }: Scanned): readonly string[] {
  const reasons = (report?.sources ?? []).flatMap(({ incompleteReasons }) => incompleteReasons);
  return reasons.map((reason) => (typeof reason === "string" ? reason : JSON.stringify(reason)));
}

/** Bytes that a server has sent to clients since it was started. */
export async function bytesSent(server: EtcdServer): Promise<number> {
  const metrics = await (await fetch(`${server.metricsUrl}/metrics`)).text();
  return Number(/^etcd_network_client_grpc_sent_bytes_total (\S+)/m.exec(metrics)?.[1] ?? 0);
}

/** Resolves when one of the servers has sent so many bytes more than `before` says. */
export async function whenSent(server: EtcdServer, before: number, bytes: number): Promise<void> {
  while ((await bytesSent(server)) < before + bytes) await sleep(20);
}

/** Nothing was scanned, one line says why, no report was written. */
export async function expectUnusable(
  args: readonly string[],
  says: RegExp,
  env: NodeJS.ProcessEnv = {},
): Promise<void> {
  const { status, stderr, report, inventory } = await scan(args, env);
  expect(stderr).toMatch(says);
  expectOneLine(stderr);
  expect([status, report, inventory]).toEqual([2, null, null]);
}
