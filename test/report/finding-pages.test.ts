import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Command } from "commander";
import { expect, test } from "vitest";
import { program } from "../../src/cli/program.ts";
import { DEFAULT_LEVELS, FINDING_KINDS } from "../../src/model/finding.ts";
import { pageOf } from "../../src/report/finding-page.ts";
import { FORMATS, isFormat } from "../../src/report/index.ts";
import { reportSchema } from "../../src/report/schema.ts";

const root = fileURLToPath(new URL("../../", import.meta.url));
const KINDS = reportSchema.shape.findings.element.shape.kind.options;
const pages = new Map(KINDS.map((kind) => [kind, readFileSync(join(root, pageOf(kind)), "utf8")]));
const index = readFileSync(join(root, "docs/findings/README.md"), "utf8");
const HEADINGS = ["## What it means", "## Consequences", "## How to fix", "## How it was found"];

/** Flags of other programs that the pages name (kubectl, etcdctl, etcdutl, etcd, kube-apiserver and its manifests). */
const FOREIGN_FLAGS = [
  "--all-namespaces",
  "--cluster",
  "--data-dir",
  "--encryption-provider-config-automatic-reload",
  "--etcd-compaction-interval",
  "--etcd-prefix",
  "--max-wals",
  "--peer-urls",
  "--overwrite",
];
/** Of this program's contract, wherever they are not built yet. */
const PROMISED = [
  "verify-rotation",
  "--current-kms-key",
  "--encryption-config",
  "--kms-status",
  "--next",
  "--no-decrypt",
  "--retire",
];
const FOREIGN_COMMANDS =
  /^(kubectl (get|replace|annotate)\b|(ETCDCTL_ENDPOINTS=MEMBER )?etcdctl (compact|defrag|del|endpoint hashkv|member add|member remove|snapshot save)\b|etcdutl (defrag|snapshot restore)\b)/;

test("every kind of the contract has a page, and every page belongs to one", () => {
  expect(KINDS).toEqual(expect.arrayContaining([...FINDING_KINDS]));
  const files = readdirSync(join(root, "docs/findings")).map((name) => `docs/findings/${name}`);
  expect(files.sort()).toEqual(["docs/findings/README.md", ...KINDS.map(pageOf)].sort());
});

test.each(KINDS)("the page of %s has its headings, its level, and 15 to 40 lines", (kind) => {
  const page = pages.get(kind) ?? "";
  const lines = page.trimEnd().split("\n");
  expect(lines[0]).toBe(`# ${kind}`);
  expect(lines.filter((line) => line.startsWith("## "))).toEqual(HEADINGS);
  expect(lines.length).toBeGreaterThanOrEqual(15);
  expect(lines.length).toBeLessThanOrEqual(40);
  expect(lines.filter((line) => line.startsWith("Level: "))).toHaveLength(1);
  const level = FINDING_KINDS.find((found) => found === kind);
  if (level !== undefined) expect(page).toMatch(new RegExp(`^Level: ${DEFAULT_LEVELS[level]}\\b`, "m"));
});

test("the index lists every kind once, under its level", () => {
  const sections = index.split(/^## /m).slice(1);
  const levels = { Errors: "error", Warnings: "warning", Notes: "note" } as const;
  const listed = sections.flatMap((section) => {
    const title = section.slice(0, section.indexOf("\n")) as keyof typeof levels;
    return [...section.matchAll(/^\| \[([a-z0-9-]+)\]\(\1\.md\) \|/gm)].map(([, kind]) => `${kind} ${levels[title]}`);
  });
  const levelOf = (kind: (typeof KINDS)[number]) => /^Level: (\w+)/m.exec(pages.get(kind) ?? "")?.[1];
  expect([...listed].sort()).toEqual(KINDS.map((kind) => `${kind} ${levelOf(kind)}`).sort());
});

test("links lead to pages", () => {
  for (const [kind, page] of [...pages, ["README", index] as const]) {
    for (const [, target] of page.matchAll(/\]\(([^)]+)\)/g)) {
      expect(readdirSync(join(root, "docs/findings")), `${kind} links to ${target}`).toContain(target);
    }
  }
});

test("the flags that pages name exist", () => {
  const own = new Set(optionsOf(program("0", () => undefined)));
  for (const [kind, page] of pages) {
    for (const [flag] of page.matchAll(/(?<![\w-])--[a-z][a-z-]*/g)) {
      const exists = own.has(flag) || FOREIGN_FLAGS.includes(flag) || PROMISED.includes(flag);
      expect(exists, `${kind} names ${flag}`).toBe(true);
    }
    for (const [, format] of page.matchAll(/(?<=`)-o ([a-z0-9]+)/g)) {
      expect(isFormat(format ?? ""), `${kind} names the format ${format}, of ${FORMATS.join(", ")}`).toBe(true);
    }
  }
});

test("the commands that pages name exist", () => {
  const own = program("0", () => undefined).commands.map((command) => command.name());
  for (const [kind, page] of pages) {
    for (const [, command = ""] of page.matchAll(/`?etcd-encryption-auditor ([a-z-]+)/g)) {
      expect(own.includes(command) || PROMISED.includes(command), `${kind} names ${command}`).toBe(true);
    }
    for (const command of commandsIn(page).filter((text) => /\b(kubectl|etcdctl|etcdutl) /.test(text))) {
      expect(command, kind).toMatch(FOREIGN_COMMANDS);
    }
  }
});

function optionsOf(command: Command): string[] {
  return [
    ...command.options.flatMap(({ long, negate }) => (long == null ? [] : [long, ...(negate ? [long] : [])])),
    ...command.commands.flatMap(optionsOf),
  ];
}

/** The commands of a page: what stands between back quotes, and the lines of its blocks. */
function commandsIn(page: string): string[] {
  const blocks = [...page.matchAll(/^```sh\n(.*?)^```$/gms)].flatMap(([, block = ""]) => block.trim().split("\n"));
  const spans = [...page.matchAll(/(?<!`)`([^`\n]+)`(?!`)/g)].map(([, span = ""]) => span);
  return [...blocks, ...spans].flatMap((line) => line.split("|")).map((command) => command.trim());
}
