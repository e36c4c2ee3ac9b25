import { rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { findEtcd } from "../test/etcd/find-etcd.ts";
import { EtcdServer } from "../test/etcd/server.ts";
import { type Entry, EtcdWriter } from "../test/etcd/writer.ts";

const KEYS = 100_000;
const VALUE_BYTES = 1200;
const BLOCK_BYTES = 16;
const WRITERS = 8;

/** A real etcd for one bench, gone with its data when the work is done. */
export async function withEtcd(work: (server: EtcdServer, writer: EtcdWriter) => Promise<void>): Promise<void> {
  const search = await findEtcd();
  if (search.kind === "missing") throw new Error(`no etcd: ${search.reasons.join("; ")}`);
  const server = await EtcdServer.start(search.binaries, { flags: ["--quota-backend-bytes=8000000000"] });
  const writer = new EtcdWriter(server.endpoint);
  try {
    await work(server, writer);
  } finally {
    writer.close();
    await server.close();
  }
}

/** A place for a large file that is removed afterwards. */
export async function withFile(name: string, work: (path: string) => Promise<void>): Promise<void> {
  const path = join(tmpdir(), `${process.pid}-${name}`);
  try {
    await work(path);
  } finally {
    await rm(path, { force: true });
  }
}

/** Writes every secret once: 1.2 KB each when not told otherwise, 95 of 100 encrypted. */
export function writeAllKeys(writer: EtcdWriter, valueBytes = VALUE_BYTES): Promise<void> {
  return writer.putAll(secrets(valueBytes));
}

/** Writes some secrets anew, each as a revision of its own. */
export async function writeRevisions(writer: EtcdWriter, revisions: number): Promise<void> {
  let next = 0;
  const work = async (): Promise<void> => {
    while (next < revisions) {
      const { key, value } = secret(next++ % KEYS, VALUE_BYTES);
      await writer.put(key, value);
    }
  };
  await Promise.all(Array.from({ length: WRITERS }, work));
}

function* secrets(valueBytes: number): Generator<Entry> {
  for (let index = 0; index < KEYS; index++) yield secret(index, valueBytes);
}

function secret(index: number, valueBytes: number): Entry {
  const key = `/registry/secrets/namespace-${index % 50}/secret-${index}`;
  const start = index % 20 === 0 ? "k8s\0\n\f\n\u0002v1\u0012\u0006Secret\u0012" : "k8s:enc:aescbc:v1:key1:";
  // Else it is malformed: CBC's blocks are whole.
  const value = Buffer.alloc(start.length + BLOCK_BYTES * Math.floor((valueBytes - start.length) / BLOCK_BYTES));
  // Cheap noise: every value differs, as ciphertext does.
  for (let offset = 0; offset + 4 <= value.length; offset += 4)
    value.writeUInt32LE((index * 2_654_435_761 + offset * 40_503) >>> 0, offset);
  value.write(start, 0, "latin1");
  return { key, value };
}
