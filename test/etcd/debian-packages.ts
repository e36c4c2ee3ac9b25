import { copyFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { unpackPackages } from "../debian/unpack-packages.ts";

/** Puts programs of Debian's packages into `folder`, without installing. */
export async function unpackDebianPackages(
  folder: string,
  packages: readonly string[],
  programs: readonly string[],
): Promise<void> {
  const root = join(folder, "root");
  await unpackPackages(root, { names: packages, withMissing: false });
  for (const program of programs) {
    await copyFile(join(root, "usr/bin", program), join(folder, program));
  }
  await rm(root, { recursive: true, force: true });
}
