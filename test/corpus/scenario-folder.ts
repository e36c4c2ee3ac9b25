import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";

/** One record of `<point>.revisions.jsonl.gz`: what the bbolt library read from the file. */
export interface StoredRevision {
  readonly rev: number;
  readonly sub: number;
  readonly tombstone: boolean;
  readonly key: string;
  readonly create: number;
  readonly version: number;
  /** Decimal text: lease IDs have 64 bits. */
  readonly lease: string;
  readonly size: number;
  readonly prefix_provider: string | null;
  readonly prefix_name: string | null;
  readonly key_id: string | null;
}

/** One write of `expected.json`: what was in force when kube-apiserver stored it. */
interface ExpectedWrite {
  readonly rev: number;
  readonly op: string;
  readonly provider?: string;
  readonly name?: string;
  readonly key_id?: string;
  readonly kek_version?: string | null;
  readonly verified?: boolean;
  /** A text in the object's data that is found nowhere else. */
  readonly canary?: string;
}

/** One object of `expected.json`. */
interface ExpectedObject {
  readonly key: string;
  readonly group: string;
  readonly resource: string;
  readonly namespace: string | null;
  readonly name: string;
  readonly history: readonly ExpectedWrite[];
}

/** Values under one version of a remote key at one point. */
interface ExpectedKms {
  readonly provider: string;
  readonly name: string;
  readonly key_id: string | null;
  readonly kek_version: string | null;
  readonly live_values: number;
  readonly older_values: number;
}

/** One point of `expected.json`. */
interface ExpectedPoint {
  readonly point: string;
  readonly file: string;
  readonly head_revision: number;
  readonly compact_revision: number;
  readonly db_bytes: number;
  readonly db_sha256: string;
  readonly page_size: number;
  /** The name of its file; null where there was none. */
  readonly encryption_config_in_force?: string | null;
  readonly free_pages: number;
  readonly live_keys: number;
  readonly live_keys_by_folder_and_class: Readonly<Record<string, Readonly<Record<string, number>>>>;
  readonly kms?: readonly ExpectedKms[];
  /** The canaries that a byte search finds in the file, and where they lie. */
  readonly plaintext_canaries: {
    readonly in_current_values: readonly string[];
    readonly only_in_older_revisions: readonly string[];
    readonly only_in_unreferenced_bytes: readonly string[];
  };
}

/** A value that was put straight into etcd. */
interface RawValue {
  readonly key: string;
  readonly rev: number;
  readonly what: string;
  /** What kube-apiserver answered to a GET of it; `code` null: the request panicked. */
  readonly kube_apiserver_get?: { readonly code: number | null };
}

/** A snapshot file and everything that is known of it. */
export interface CorpusPoint {
  /** `<scenario>/<point>`. */
  readonly title: string;
  readonly file: string;
  readonly etcdPrefix: string;
  readonly expected: ExpectedPoint;
  readonly objects: readonly ExpectedObject[];
  readonly rawValues: readonly RawValue[];
  readonly revisionsFile: string;
}

/**
 * Every point of a folder of scenario folders whose snapshot and revisions are there, in the order of their names.
 * `places` tells where the snapshot of a point lies that is not beside the others.
 */
export function readCorpus(folder: string, places: ReadonlyMap<string, string> = new Map()): CorpusPoint[] {
  return readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map((entry) => join(folder, entry.name))
    .filter((path) => findJson(path, "expected.json") !== null)
    .sort()
    .flatMap((path) => readScenario(path, places));
}

/** The records of a point, in the order of their revisions. */
export function readRevisions(point: CorpusPoint): StoredRevision[] {
  return readLines(gunzipSync(readFileSync(point.revisionsFile)).toString()).map(
    (line) => JSON.parse(withTextLease(line)) as StoredRevision,
  );
}

/** The bytes of a point's snapshot, unpacked. */
export function readSnapshot(point: CorpusPoint): Buffer {
  return gunzipSync(readFileSync(point.file));
}

/** A JSON line whose `lease` is text, so that parsing it keeps all 64 bits. */
export function withTextLease(line: string): string {
  return line.replace(/"lease":\s*"?(-?\d+)"?/, '"lease":"$1"');
}

/** The lines of a text that ends with a line feed or not. */
export function readLines(text: string): string[] {
  return text.split("\n").filter((line) => line !== "");
}

function readScenario(folder: string, places: ReadonlyMap<string, string>): CorpusPoint[] {
  const scenario = readJson(folder, "scenario.json") as { scenario: string; etcd_prefix: string };
  const expected = readJson(folder, "expected.json") as {
    points: ExpectedPoint[];
    objects: ExpectedObject[];
    raw_values?: RawValue[];
  };
  return expected.points
    .map((point) => ({
      title: `${scenario.scenario}/${point.point}`,
      file: places.get(`${scenario.scenario}/${point.point}`) ?? join(folder, point.file),
      etcdPrefix: scenario.etcd_prefix,
      expected: point,
      objects: expected.objects,
      rawValues: expected.raw_values ?? [],
      revisionsFile: join(folder, `${point.point}.revisions.jsonl.gz`),
    }))
    .filter((point) => existsSync(point.file) && existsSync(point.revisionsFile));
}

function readJson(folder: string, name: string): unknown {
  const path = findJson(folder, name);
  if (path === null) throw new Error(`${folder} has no ${name} and no ${name}.gz`);
  const bytes = readFileSync(path);
  return JSON.parse((path.endsWith(".gz") ? gunzipSync(bytes) : bytes).toString());
}

function findJson(folder: string, name: string): string | null {
  return [join(folder, name), join(folder, `${name}.gz`)].find((path) => existsSync(path)) ?? null;
}
