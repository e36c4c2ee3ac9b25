import { existsSync } from "node:fs";
import { copyFile, mkdir, readdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { runCommand } from "./run-command.ts";

/**
 * Downloads Debian's packages and copies programs out of them without installing: needs no root and no earlier
 * `apt-get update`. Sources are those of /etc/apt; lists and packages lie in `folder` and are removed at the end.
 */
export async function unpackDebianPackages(
  folder: string,
  packages: readonly string[],
  programs: readonly string[],
): Promise<void> {
  if (!existsSync("/etc/apt")) throw new Error("no /etc/apt");
  const state = join(folder, "apt");
  await mkdir(join(state, "lists/partial"), { recursive: true });
  await mkdir(join(state, "cache/archives/partial"), { recursive: true });
  const settings = [`Dir::State=${state}`, `Dir::State::lists=${state}/lists`, `Dir::Cache=${state}/cache`];
  const options = [...settings, "Dir::State::status=/var/lib/dpkg/status", "APT::Sandbox::User="];
  const apt = (...args: string[]) =>
    runCommand("apt-get", [...options.flatMap((option) => ["-o", option]), "-qq", ...args], { directory: state });
  // A source of some other software that does not answer is no obstacle; the download tells.
  await apt("update").catch(() => undefined);
  await apt("download", ...packages);
  for (const file of await readdir(state)) {
    if (file.endsWith(".deb")) await runCommand("dpkg-deb", ["-x", join(state, file), join(state, "root")]);
  }
  for (const program of programs) {
    await copyFile(join(state, "root/usr/bin", program), join(folder, program));
  }
  await rm(state, { recursive: true, force: true });
}
