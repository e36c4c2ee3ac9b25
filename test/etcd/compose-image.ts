import { existsSync } from "node:fs";
import { join } from "node:path";
import { runCommand } from "./run-command.ts";

const SERVICE = "etcd";

/** Copies the programs out of the image of docker-compose.yml's plain etcd. Nothing of it is started. */
export async function copyFromCompose(repository: string, folder: string): Promise<void> {
  const file = join(repository, "docker-compose.yml");
  if (!existsSync(file)) throw new Error("no docker-compose.yml");
  const compose = (...args: string[]) =>
    runCommand("docker", ["compose", "-f", file, "-p", `etcd-for-tests-${process.pid}`, ...args]);
  try {
    await compose("create", SERVICE);
    for (const program of ["etcd", "etcdctl", "etcdutl"]) {
      await compose("cp", `${SERVICE}:/usr/local/bin/${program}`, join(folder, program));
    }
  } finally {
    await compose("down", "--volumes").catch(() => undefined);
  }
}
