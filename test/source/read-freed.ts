import { Readable } from "node:stream";
import { Classifier } from "../../src/classify/classifier.ts";
import { Engine } from "../../src/engine/engine.ts";
import type { SourceFacts } from "../../src/model/source-facts.ts";
import { Scope } from "../../src/scope/scope.ts";
import { openSnapshot } from "../../src/source/open-snapshot.ts";
import { SnapshotFromBytes } from "../../src/source/snapshot-from-bytes.ts";
import type { Source } from "../../src/source/source.ts";
import { RecordPass } from "../../src/timeline/record-pass.ts";
import { INLINE_HASH, piecesOf, READ_OPTIONS, withFile } from "./read-snapshot.ts";

/** What lies in the bytes that a store no longer uses: one line for each revision, sorted. */
export interface FreedReading {
  readonly lines: readonly string[];
  readonly unattributedBytes: number | null;
  readonly codes: readonly string[];
  readonly facts: SourceFacts;
}

/** Reads a source to its end; of each freed revision: key, revision, state, place, and whether it is a copy. */
async function readSource(source: Source): Promise<FreedReading> {
  const scope = new Scope({ prefixes: [], resources: [], allResources: true, namespaces: [] });
  const classifier = new Classifier();
  const engine = new Engine();
  const pass = new RecordPass(engine, scope, classifier, { freed: true, wal: true }, () => undefined);
  const facts = await source.read(pass, { ...READ_OPTIONS, engine });
  const lines: string[] = [];
  pass.visitFreed((rows) => {
    for (let index = 0; index < rows.count; index++) {
      const { key, main, sub, valueClass } = rows.row(index);
      const { location, file, offset } = pass.areas.place(rows.number(index), rows.where(index));
      const { state, keyName } = classifier.classes.valueClass(valueClass);
      const text = `${Buffer.from(pass.keys.bytesOf(key)).toString("latin1")} ${main}${sub === 0 ? "" : `.${sub}`}`;
      const place = `${location}${file === null ? "" : ` ${file}`}@${offset}`;
      lines.push(`${text} ${keyName ?? state} ${place}${rows.isCopy(index) ? " copy" : ""}`);
    }
  });
  const codes = facts.incompleteReasons.map(({ code }) => code);
  return { lines: lines.sort(), unattributedBytes: facts.unattributedBytes, codes, facts };
}

/** Reads bytes as a stream that gives them in pieces of this length; without one, as a file that can be sought. */
export function readFreed(bytes: Uint8Array, pieceLength?: number): Promise<FreedReading> {
  if (pieceLength === undefined) return withFile(bytes, readFreedAt);
  const input = Readable.from(piecesOf(bytes, pieceLength), { objectMode: false });
  return readSource(new SnapshotFromBytes("the stream", null, input, null, INLINE_HASH));
}

/** Reads a file or a data directory by its path. */
export async function readFreedAt(path: string): Promise<FreedReading> {
  const opened = await openSnapshot(path, INLINE_HASH);
  try {
    return await readSource(opened.source);
  } finally {
    await opened.close();
  }
}
