import { Etcd3, type IOptions } from "etcd3";

const MOST_OPERATIONS = 100;
const MOST_BYTES = 1_000_000;

/** One key with its value. */
export interface Entry {
  readonly key: string | Uint8Array;
  readonly value: string | Uint8Array;
}

/** Fills an etcd for a test. The program itself never writes. */
export class EtcdWriter {
  private readonly client: Etcd3;

  constructor(endpoint: string, options: Omit<IOptions, "hosts"> = {}) {
    this.client = new Etcd3({ hosts: endpoint, ...options });
  }

  /** Writes one key as a revision of its own. */
  async put(key: string | Uint8Array, value: string | Uint8Array): Promise<number> {
    const { header } = await this.client.kv.put({ key: bytes(key), value: bytes(value) });
    return Number(header.revision);
  }

  /** Writes many keys, as few revisions as etcd's limits allow. */
  async putAll(entries: Iterable<Entry>): Promise<void> {
    let success: object[] = [];
    let size = 0;
    const flush = async (): Promise<void> => {
      if (success.length > 0) await this.client.kv.txn({ compare: [], success, failure: [] });
      success = [];
      size = 0;
    };
    for (const { key, value } of entries) {
      if (success.length === MOST_OPERATIONS || size + value.length > MOST_BYTES) await flush();
      success.push({ request_put: { key: bytes(key), value: bytes(value) } });
      size += value.length;
    }
    await flush();
  }

  /** Deletes one key as a revision of its own. */
  async delete(key: string): Promise<number> {
    const { header } = await this.client.kv.deleteRange({ key: bytes(key) });
    return Number(header.revision);
  }

  /** Compacts and waits until it is done. */
  async compact(revision: number): Promise<void> {
    await this.client.kv.compact({ revision: String(revision), physical: true });
  }

  close(): void {
    this.client.close();
  }
}

function bytes(value: string | Uint8Array): Buffer {
  return typeof value === "string" ? Buffer.from(value) : Buffer.from(value.buffer, value.byteOffset, value.byteLength);
}
