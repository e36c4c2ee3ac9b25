import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

/** Runs `work` while no other process of this machine runs one under the same folder name. */
export async function withLock<Result>(folder: string, work: () => Promise<Result>): Promise<Result> {
  while (!(await taken(folder))) await sleep(200);
  try {
    return await work();
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function taken(folder: string): Promise<boolean> {
  try {
    await mkdir(folder);
    await writeFile(join(folder, "pid"), String(process.pid));
    return true;
  } catch {
    const owner = Number(await readFile(join(folder, "pid"), "utf8").catch(() => "0"));
    // A holder that was killed leaves its folder behind.
    if (owner > 0 && !isAlive(owner)) await rm(folder, { recursive: true, force: true });
    return false;
  }
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}
