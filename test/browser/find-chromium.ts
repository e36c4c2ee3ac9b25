import { existsSync } from "node:fs";
import { mkdir, readdir, rename, rm } from "node:fs/promises";
import { basename, delimiter, join } from "node:path";
import { fileURLToPath } from "node:url";
import { unpackPackages } from "../debian/unpack-packages.ts";
import { withLock } from "../etcd/lock.ts";
import { runCommand } from "../etcd/run-command.ts";

/** A chromium that runs on this machine. */
export interface Chromium {
  readonly executable: string;
  /** Added to this process's own environment. */
  readonly env: Readonly<Record<string, string>>;
  readonly version: string;
}

/** Outcome of the search: a browser, or why each way to one failed. */
export type ChromiumSearch =
  | { readonly kind: "found"; readonly chromium: Chromium }
  | { readonly kind: "missing"; readonly reasons: readonly string[] };

type Way = { readonly name: string; readonly find: () => Promise<Chromium> };

const NAMES = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];
/** Text in a page needs a font. */
const PACKAGES = ["chromium", "chromium-common", "fonts-liberation"];
const cache = fileURLToPath(new URL("../../node_modules/.cache/etcd-encryption-auditor", import.meta.url));

const WAYS: readonly Way[] = [
  { name: "$CHROMIUM_BIN", find: fromVariable },
  { name: "PATH", find: fromPath },
  { name: "debian packages", find: fromDebian },
];

/**
 * Finds a chromium, or gets one: `$CHROMIUM_BIN`, the PATH, Debian's packages. A way that fails is followed by the
 * next. Installs nothing outside the cache folder.
 */
export async function findChromium(): Promise<ChromiumSearch> {
  const reasons: string[] = [];
  for (const { name, find } of WAYS) {
    try {
      return { kind: "found", chromium: await find() };
    } catch (error) {
      reasons.push(`${name}: ${error instanceof Error ? error.message : String(error)}`);
    }
  }
  return { kind: "missing", reasons };
}

function fromVariable(): Promise<Chromium> {
  const executable = process.env["CHROMIUM_BIN"];
  if (executable === undefined || executable === "") throw new Error("not set");
  return described(executable, {});
}

function fromPath(): Promise<Chromium> {
  const folders = (process.env["PATH"] ?? "").split(delimiter).filter((folder) => folder !== "");
  const executable = folders
    .flatMap((folder) => NAMES.map((name) => join(folder, name)))
    .find((path) => existsSync(path));
  if (executable === undefined) throw new Error(`no ${NAMES.join(", ")} on it`);
  return described(executable, {});
}

/** Unpacks the packages once, whatever the number of test processes. */
async function fromDebian(): Promise<Chromium> {
  const folder = join(cache, "chromium-debian");
  await mkdir(cache, { recursive: true });
  await withLock(`${folder}.lock`, async () => {
    if (existsSync(folder)) return;
    const unfinished = `${folder}.${process.pid}`;
    try {
      await unpackPackages(unfinished, { names: PACKAGES, withMissing: true });
      await rename(unfinished, folder);
    } finally {
      await rm(unfinished, { recursive: true, force: true });
    }
  });
  // The programs in the packages look for their libraries where they would be installed.
  const libraries = await foldersWithLibraries(folder);
  return described(join(folder, "usr/lib/chromium/chromium"), {
    LD_LIBRARY_PATH: libraries.join(delimiter),
    // There fontconfig looks for fonts besides its own folders, which may not be there at all.
    XDG_DATA_HOME: join(folder, "usr/share"),
    ...(existsSync("/etc/fonts") ? {} : { FONTCONFIG_PATH: join(folder, "etc/fonts") }),
  });
}

/** Libraries lie in the folder of their architecture, and some that only others load in a folder of their own within it. */
async function foldersWithLibraries(root: string): Promise<string[]> {
  const found: string[] = [join(root, "usr/lib/chromium")];
  for (const base of ["lib", "usr/lib"]) {
    const folders = await foldersIn(join(root, base));
    for (const folder of folders.filter((path) => basename(path).includes("-linux-gnu")))
      found.push(folder, ...(await foldersIn(folder)));
  }
  return found;
}

async function foldersIn(folder: string): Promise<string[]> {
  if (!existsSync(folder)) return [];
  const entries = await readdir(folder, { withFileTypes: true });
  return entries.filter((entry) => entry.isDirectory()).map(({ name }) => join(folder, name));
}

async function described(executable: string, env: Readonly<Record<string, string>>): Promise<Chromium> {
  const version = /\d+(\.\d+)+/.exec(await runCommand(executable, ["--version"], { env, timeout: 60_000 }))?.[0];
  if (version === undefined) throw new Error(`${executable} --version does not tell a version`);
  return { executable, env, version };
}
