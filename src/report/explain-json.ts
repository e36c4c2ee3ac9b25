import type { KeyEvent, KeyHistory } from "../model/key-history.ts";
import { escapeForJson } from "./escape.ts";
import { keyFields } from "./finding-row.ts";
import type { ReportOutput } from "./reporter.ts";

/** The history of a key as one JSON object; each event, oldest first, on a line of its own. */
export function writeHistoryJson(history: KeyHistory, out: ReportOutput): Promise<void> | undefined {
  const { tool, key, source, events, nearKeys, incompleteReasons, exitCode } = history;
  const head = {
    schemaVersion: "1.0",
    tool,
    command: "explain",
    ...keyFields(key),
    source: {
      kind: source.kind,
      endpoints: source.endpoints,
      path: source.path,
      revision: source.revision,
      compactRevision: source.compactRevision,
      complete: incompleteReasons.length === 0,
      incompleteReasons: incompleteReasons.map(({ message }) => message),
    },
    looked: {
      history: source.readsHistory,
      freePages: source.readsFreePages,
      tail: source.readsTail,
      wal: source.readsWal,
    },
    exitCode,
    nearKeys: nearKeys.map(keyFields),
  };
  const fields = Object.entries(head)
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => `  "${name}": ${escapeForJson(value ?? null)},\n`);
  const lines = events.map((event) => `\n    ${escapeForJson(eventRow(event))}`);
  return out.write(`{\n${fields.join("")}  "events": [${lines.join(",")}${lines.length > 0 ? "\n  " : ""}]\n}\n`);
}

function eventRow({ kind, revision, sub, createRevision, version, size, valueClass, places }: KeyEvent): object {
  return {
    kind,
    revision,
    sub,
    createRevision,
    version,
    size,
    state: valueClass?.state ?? null,
    provider: valueClass?.provider ?? null,
    keyName: valueClass?.keyName ?? null,
    keyId: valueClass?.keyId ?? null,
    kekVersion: valueClass?.kekVersion ?? null,
    encoding: valueClass?.encoding ?? null,
    places,
  };
}
