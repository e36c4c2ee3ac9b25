import { readFlags, settingsOf } from "./api-server-flags.ts";
import type { ApiServerSettings } from "./api-server-settings.ts";
import { underRoot } from "./host-path.ts";
import { ManifestRefusal } from "./manifest-refusal.ts";
import { shellWords } from "./shell-words.ts";

const ASSIGNMENT = /^(?:export\s+)?([A-Za-z_][A-Za-z0-9_]*)=(.*)$/s;
const VARIABLE = /\$(?:\{([A-Za-z_][A-Za-z0-9_]*)\}|([A-Za-z_][A-Za-z0-9_]*))/g;
const ONLY_A_VARIABLE = /^\$(?:\{[A-Za-z_]\w*\}|[A-Za-z_]\w*)$/;

/** What snapd sets for MicroK8s, whose files of flags use it (snapcraft.io: environment variables). */
const SNAP: readonly (readonly [string, string])[] = [
  ["SNAP_DATA", "/var/snap/microk8s/current"],
  ["SNAP_COMMON", "/var/snap/microk8s/common"],
  ["SNAP", "/snap/microk8s/current"],
];

/**
 * Reads a file of flags: one flag a line, `KEY="--flag ..."` of an environment file, or a service's `ExecStart=`. Lines
 * go on after a backslash; `#` begins a comment. Variables that the file sets are followed.
 * @throws ManifestRefusal
 */
export function readFlagsFile(text: string, root: string | null): ApiServerSettings {
  const variables = new Map(SNAP);
  const words: string[] = [];
  for (const line of logicalLines(text)) {
    const assignment = ASSIGNMENT.exec(line);
    if (assignment === null) {
      words.push(...flagsIn(shellWords(expanded(line, variables))));
      continue;
    }
    const [, name = "", quoted = ""] = assignment;
    const value = expanded(shellWords(quoted).join(" "), variables);
    variables.set(name, value);
    words.push(...flagsIn(shellWords(value)));
  }
  if (!words.some((word) => word.startsWith("--"))) throw new ManifestRefusal({ kind: "no-flags" });
  if (words.some((word) => ONLY_A_VARIABLE.test(word))) throw new ManifestRefusal({ kind: "variable", flag: null });
  return settingsOf("flags-file", readFlags(words), (path) => underRoot(root, path));
}

function logicalLines(text: string): readonly string[] {
  return text
    .replace(/\\\r?\n/g, " ")
    .split(/\r?\n/)
    .map((line) => line.trim())
    .filter((line) => line !== "" && !line.startsWith("#"));
}

/** A service's line begins with the program; what comes before the first flag is no flag's value. */
function flagsIn(words: readonly string[]): readonly string[] {
  const first = words.findIndex((word) => word.startsWith("--") || ONLY_A_VARIABLE.test(word));
  return first === -1 ? [] : words.slice(first);
}

function expanded(text: string, variables: ReadonlyMap<string, string>): string {
  return text.replace(
    VARIABLE,
    (whole, braced?: string, bare?: string) => variables.get(braced ?? bare ?? "") ?? whole,
  );
}
