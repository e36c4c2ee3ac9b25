import { type ChildProcess, spawn } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";

// Outlives the test process and cleans up after it, however that one ends: its input closes then.
const GUARD = 'cat >/dev/null; kill -9 "$1" 2>/dev/null; rm -rf "$2"';

/** A server of the tests. Gone, and its folder too, at the latest with this process. */
export class GuardedProcess {
  private readonly child: ChildProcess;
  private readonly guard: ChildProcess;
  private lastWords = "";

  /** @param folder what is removed when this process ends without having killed the server */
  constructor(program: string, args: readonly string[], folder: string) {
    const child = spawn(program, args, { stdio: ["ignore", "ignore", "pipe"] });
    child.stderr.on("data", (text) => {
      this.lastWords = (this.lastWords + text).slice(-4000);
    });
    child.on("error", (error) => {
      this.lastWords = error.message;
    });
    this.child = child;
    this.guard = spawn("sh", ["-c", GUARD, "guard", String(child.pid), folder], {
      stdio: ["pipe", "ignore", "ignore"],
      detached: true,
    });
  }

  get isRunning(): boolean {
    return this.child.exitCode === null && this.child.signalCode === null && this.child.pid !== undefined;
  }

  /** The end of what it wrote to standard error. */
  get complaint(): string {
    return this.lastWords;
  }

  signal(name: NodeJS.Signals): void {
    this.child.kill(name);
  }

  /** Has it stand still until it is sent SIGCONT; resolves when none of its threads runs any more. */
  async standStill(): Promise<void> {
    this.child.kill("SIGSTOP");
    while (this.isRunning && !isStill(this.child.pid)) await sleep(2);
  }

  /** Has it end in order, and waits for that; the folder stays. */
  async stop(): Promise<void> {
    await ended(this.child, "SIGTERM");
    await ended(this.guard);
  }

  /** Ends it at once, as a crash would; the folder stays. */
  async kill(): Promise<void> {
    await ended(this.guard);
    await ended(this.child);
  }
}

/** Whether all threads of a process are stopped (proc(5): stat); where there is no /proc, it is taken for granted. */
function isStill(pid: number | undefined): boolean {
  const tasks = `/proc/${pid}/task`;
  if (!existsSync(tasks)) return true;
  return readdirSync(tasks).every((task) => / \(.*\) T /.test(readFileSync(`${tasks}/${task}/stat`, "utf8")));
}

/** Ends a process and waits until it is gone. */
function ended(child: ChildProcess, signal: NodeJS.Signals = "SIGKILL"): Promise<void> {
  return new Promise((resolve) => {
    if (child.exitCode !== null || child.signalCode !== null || child.pid === undefined) return resolve();
    child.once("exit", () => resolve());
    child.kill(signal);
  });
}
