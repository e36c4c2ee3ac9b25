import { execFile } from "node:child_process";

/** Settings of one run: `input` goes to standard input; `env` is added to this process's own. */
export interface CommandOptions {
  readonly directory?: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly input?: string;
  /** Milliseconds; ten minutes when not given, for a build takes its time. */
  readonly timeout?: number;
}

/**
 * Runs a program to its end.
 * @returns its standard output
 * @throws Error with the last line of its standard error
 */
export function runCommand(program: string, args: readonly string[], options: CommandOptions = {}): Promise<string> {
  return new Promise((resolve, reject) => {
    const settings = {
      cwd: options.directory,
      env: { ...process.env, ...options.env },
      timeout: options.timeout ?? 600_000,
      maxBuffer: 2 ** 30,
    };
    const child = execFile(program, args, settings, (error, output, complaint) => {
      if (error === null) return resolve(output);
      const lastLine = complaint.trim().split("\n").at(-1) || error.message;
      reject(new Error(`${program}: ${lastLine}`, { cause: error }));
    });
    child.stdin?.on("error", () => undefined);
    child.stdin?.end(options.input ?? "");
  });
}
