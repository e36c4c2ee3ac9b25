import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";

const POLL_MS = 10;
/** Node reads these certificates, and its own, before it begins: 40 ms that no program here is the reason of. */
const { NODE_EXTRA_CA_CERTS: _, ...ENVIRONMENT } = process.env;

/** What one run of a program has cost. */
export interface Measured {
  readonly seconds: number;
  /** Peak resident memory, bytes; the kernel's own high-water mark, asked for until the end. */
  readonly peakBytes: number;
}

/** A program with its arguments; its standard output goes nowhere. */
export type Invocation = readonly [program: string, ...args: string[]];

/**
 * Runs a program once.
 * @param exitCodes those that count as success
 * @throws Error when it ends otherwise
 */
export function measure([program, ...args]: Invocation, exitCodes: readonly number[] = [0]): Promise<Measured> {
  return new Promise((resolve, reject) => {
    const startedAt = performance.now();
    const child = spawn(program, args, {
      stdio: ["ignore", "ignore", "pipe"],
      env: { ...ENVIRONMENT, ETCDCTL_API: "3" },
    });
    let complaint = "";
    let peakBytes = 0;
    child.stderr.on("data", (text) => {
      complaint = (complaint + text).slice(-500);
    });
    const look = (): void => {
      peakBytes = Math.max(peakBytes, peakOf(child.pid ?? -1));
    };
    const timer = setInterval(look, POLL_MS);
    child.on("error", reject);
    child.on("close", (code) => {
      clearInterval(timer);
      const seconds = (performance.now() - startedAt) / 1000;
      if (code === null || !exitCodes.includes(code)) reject(new Error(`${program} ended with ${code}: ${complaint}`));
      else resolve({ seconds, peakBytes });
    });
  });
}

/** High-water mark of a process, bytes (proc(5): VmHWM); 0 when it is gone. */
function peakOf(pid: number): number {
  try {
    return 1024 * Number(/^VmHWM:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1] ?? 0);
  } catch {
    return 0;
  }
}

/** The middle of some numbers. */
export function median(numbers: readonly number[]): number {
  const sorted = [...numbers].sort((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  const [low = 0, high = 0] = sorted.length % 2 === 1 ? [sorted[middle], sorted[middle]] : sorted.slice(middle - 1);
  return (low + high) / 2;
}
