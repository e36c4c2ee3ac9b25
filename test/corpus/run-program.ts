import { spawn } from "node:child_process";
import { join } from "node:path";

/** The package's folder. */
export const PACKAGE_FOLDER = join(import.meta.dirname, "../..");
/** The built program. */
export const PROGRAM = join(PACKAGE_FOLDER, "dist/cli/main.js");

/** How one run ended and what it wrote. `status` is null when a signal ended it. */
export interface Run {
  readonly status: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: Buffer;
  readonly stderr: string;
}

/** Runs the built program and waits for its end. Variables that would change its output are not handed on. */
export function runProgram(args: readonly string[], options: { readonly stdin?: Uint8Array } = {}): Promise<Run> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [PROGRAM, ...args], { env: programEnvironment() });
    const stdout: Buffer[] = [];
    const stderr: Buffer[] = [];
    child.stdout.on("data", (bytes: Buffer) => stdout.push(bytes));
    child.stderr.on("data", (bytes: Buffer) => stderr.push(bytes));
    // The program may refuse its arguments before it reads anything.
    child.stdin.on("error", () => undefined);
    child.on("error", reject);
    child.on("close", (status, signal) =>
      resolve({ status, signal, stdout: Buffer.concat(stdout), stderr: Buffer.concat(stderr).toString() }),
    );
    child.stdin.end(options.stdin ?? new Uint8Array(0));
  });
}

/** The environment of a run: this one without etcdctl's variables and those for colours. */
export function programEnvironment(): NodeJS.ProcessEnv {
  return Object.fromEntries(
    Object.entries(process.env).filter(([name]) => !/^(ETCDCTL_|FORCE_COLOR|NO_COLOR|SOURCE_DATE_EPOCH)/.test(name)),
  );
}
