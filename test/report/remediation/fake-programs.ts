import { spawn, spawnSync } from "node:child_process";
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";

/** Shells that a user may run a script with, as far as this machine has them: each program once, `sh` is often another's name. */
export const SHELLS = [
  ...new Map(
    ["sh", "dash", "bash"].flatMap((shell) => {
      const { status, stdout } = spawnSync(shell, ["-c", `readlink -f "$(command -v ${shell})"`], { encoding: "utf8" });
      return status === 0 ? [[stdout, shell] as const] : [];
    }),
  ).values(),
];

/** How a script ended, and what it called: each call with its words between brackets, in order. */
export interface ScriptRun {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
  readonly calls: readonly string[];
}

/** Stands in for an API server: an object is a file, its content how it behaves; a call is a line of a log. */
const KUBECTL = String.raw`#!/bin/sh
set -f
{ printf 'kubectl'; for word in "$@"; do printf ' [%s]' "$word"; done; echo; } >>"$FAKE/calls"
case $1 in
config) echo test-context ;;
api-resources) cat "$FAKE/served-$2" 2>/dev/null ;;
get)
  resource=$2 namespace=_ status=0
  shift 2
  while [ "$1" != -- ]; do
    case $1 in --namespace=*) namespace=$(printf '%s' "$1" | sed 's/^--namespace=//') ;; esac
    shift
  done
  shift
  for name in "$@"; do
    file=$FAKE/objects/$resource/$namespace/$name
    [ -f "$file" ] || continue
    if grep -q unreadable "$file"; then
      echo "Internal error occurred: no matching key was found: $name" >&2
      status=1
    else
      printf 'kind/%s\n' "$name"
    fi
  done
  exit $status
  ;;
replace | annotate)
  status=0
  while IFS= read -r line; do
    left=$(cat "$FAKE/conflicts/$line" 2>/dev/null || echo 0)
    if [ "$left" -gt 0 ]; then
      echo $((left - 1)) >"$FAKE/conflicts/$line"
      echo 'Error from server (Conflict): the object has been modified' >&2
      status=1
    else
      printf '%s\n' "$line"
      printf '%s %s\n' "$1" "$line" >>"$FAKE/changed"
    fi
  done
  exit $status
  ;;
esac
`;

const ETCDCTL = `#!/bin/sh
{ printf 'etcdctl'; for word in "$@"; do printf ' [%s]' "$word"; done; echo " at $ETCDCTL_ENDPOINTS"; } >>"$FAKE/calls"
left=$(cat "$FAKE/fail-$1" 2>/dev/null || echo 0)
if [ "$left" -gt 0 ]; then
  echo $((left - 1)) >"$FAKE/fail-$1"
  cat "$FAKE/words-$1" >&2 2>/dev/null
  exit 1
fi
case "$1 $2" in
'endpoint status')
  if [ "$3" = --cluster ]; then members='a b c'; else members=$(printf '%s' "$ETCDCTL_ENDPOINTS" | sed 's,.*://,,'); fi
  separator='['
  for member in $members; do
    case $member in a) id=9007199254740993 ;; b) id=2 ;; *) id=3 ;; esac
    printf '%s{"Endpoint":"https://%s","Status":{"header":{"cluster_id":77,"member_id":%s,"revision":5012,"raft_term":2},"version":"3.6.1","dbSize":20480,"leader":9007199254740993,"raftIndex":9}}' "$separator" "$member" "$id"
    separator=,
  done
  echo ']'
  ;;
esac
`;

const SLEEP = `#!/bin/sh
echo "sleep [$1]" >>"$FAKE/calls"
`;

/** A folder with a kubectl, an etcdctl and a sleep that record what they are asked; what they answer is set here. */
export class FakePrograms {
  readonly folder: string;

  private constructor(folder: string) {
    this.folder = folder;
  }

  static async make(): Promise<FakePrograms> {
    const folder = await mkdtemp(join(tmpdir(), "remediation-"));
    await mkdir(join(folder, "bin"));
    await mkdir(join(folder, "conflicts/kind"), { recursive: true });
    for (const [name, text] of Object.entries({ kubectl: KUBECTL, etcdctl: ETCDCTL, sleep: SLEEP })) {
      await writeFile(join(folder, "bin", name), text, { mode: 0o755 });
    }
    const fake = new FakePrograms(folder);
    await fake.serve(["secrets", "configmaps"], ["clusterroles.rbac.authorization.k8s.io"]);
    return fake;
  }

  async serve(namespaced: readonly string[], cluster: readonly string[]): Promise<void> {
    await writeFile(join(this.folder, "served---namespaced=true"), namespaced.map((line) => `${line}\n`).join(""));
    await writeFile(join(this.folder, "served---namespaced=false"), cluster.map((line) => `${line}\n`).join(""));
  }

  /** Makes objects that exist; of a resource without namespaces where `namespace` is null. */
  async store(resource: string, namespace: string | null, names: readonly string[], content = ""): Promise<void> {
    const folder = join(this.folder, "objects", resource, namespace ?? "_");
    await mkdir(folder, { recursive: true });
    for (const name of names) await writeFile(join(folder, name), content);
  }

  /** The next `times` writes of an object fail with a conflict. */
  async conflict(name: string, times: number): Promise<void> {
    await writeFile(join(this.folder, "conflicts/kind", name), `${times}\n`);
  }

  /** The next `times` calls of an etcdctl command fail with these words. */
  async failEtcdctl(command: string, times: number, words: string): Promise<void> {
    await writeFile(join(this.folder, `fail-${command}`), `${times}\n`);
    await writeFile(join(this.folder, `words-${command}`), words);
  }

  /** Takes a program away. */
  async remove(program: string): Promise<void> {
    await rm(join(this.folder, "bin", program));
  }

  /** Runs a script by a shell, with these programs alone in front of the system's. */
  async run(shell: string, script: string, words: readonly string[] = []): Promise<ScriptRun> {
    const file = join(this.folder, "remediation.sh");
    await writeFile(file, script);
    await rm(join(this.folder, "calls"), { force: true });
    const path = [join(this.folder, "bin"), "/usr/bin", "/bin"].join(delimiter);
    const child = spawn(shell, [file, ...words], {
      env: { PATH: path, FAKE: this.folder, ETCDCTL_ENDPOINTS: "https://a" },
      cwd: this.folder,
    });
    child.stdin.end();
    let stdout = "";
    let stderr = "";
    child.stdout.setEncoding("utf8").on("data", (text: string) => {
      stdout += text;
    });
    child.stderr.setEncoding("utf8").on("data", (text: string) => {
      stderr += text;
    });
    const status = await new Promise<number | null>((resolve, reject) => {
      child.on("error", reject);
      child.on("close", resolve);
    });
    return { status, stdout, stderr, calls: await this.lines("calls") };
  }

  /** What was written back, one `replace kind/name` or `annotate kind/name` for each. */
  async changed(): Promise<readonly string[]> {
    return this.lines("changed");
  }

  async close(): Promise<void> {
    await rm(this.folder, { recursive: true, force: true });
  }

  private async lines(file: string): Promise<readonly string[]> {
    const text = await readFile(join(this.folder, file), "utf8").catch(() => "");
    return text.split("\n").filter((line) => line !== "");
  }
}
