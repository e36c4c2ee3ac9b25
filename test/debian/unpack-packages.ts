import { existsSync } from "node:fs";
import { mkdir, readdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { runCommand } from "../etcd/run-command.ts";

/** What to unpack. */
export interface PackageWish {
  readonly names: readonly string[];
  /** Whether what they depend on and this machine lacks comes along. */
  readonly withMissing: boolean;
}

/**
 * Downloads Debian packages and unpacks them into `folder`, without installing: needs no root and no earlier
 * `apt-get update`. Sources are those of /etc/apt; lists and packages are removed at the end.
 */
export async function unpackPackages(folder: string, { names, withMissing }: PackageWish): Promise<void> {
  if (!existsSync("/etc/apt")) throw new Error("no /etc/apt");
  const state = join(folder, ".apt");
  await mkdir(join(state, "lists/partial"), { recursive: true });
  await mkdir(join(state, "cache/archives/partial"), { recursive: true });
  const settings = [`Dir::State=${state}`, `Dir::State::lists=${state}/lists`, `Dir::Cache=${state}/cache`];
  const options = [...settings, "Dir::State::status=/var/lib/dpkg/status", "APT::Sandbox::User="];
  const apt = (...args: string[]) =>
    runCommand("apt-get", [...options.flatMap((option) => ["-o", option]), "-qq", ...args], { directory: state });
  // A source of some other software that does not answer is no obstacle; the download tells.
  await apt("update").catch(() => undefined);
  const missing = withMissing ? toInstall(await apt("-s", "--no-install-recommends", "install", ...names)) : [];
  await apt("download", ...new Set([...names, ...missing]));
  for (const file of await readdir(state)) {
    if (file.endsWith(".deb")) await runCommand("dpkg-deb", ["-x", join(state, file), folder]);
  }
  await rm(state, { recursive: true, force: true });
}

/** The packages that apt says it would install. */
function toInstall(simulation: string): string[] {
  return [...simulation.matchAll(/^Inst (\S+)/gm)].map((match) => match[1] ?? "");
}
