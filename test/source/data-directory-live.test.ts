import { afterAll, beforeAll, expect, test } from "vitest";
import { listDataDirectory } from "../../src/source/data-directory.ts";
import { findHeldFile } from "../../src/source/data-directory-held.ts";
import { readWalFiles } from "../../src/source/wal-files.ts";
import { describeLive } from "../etcd/live.ts";
import { EtcdServer } from "../etcd/server.ts";

describeLive("the data directory of a real member", (binaries) => {
  let server: EtcdServer;

  beforeAll(async () => {
    server = await EtcdServer.start(binaries);
  });

  afterAll(() => server.close());

  test("tells a running member from a killed one, and every write that was answered is in its log", async () => {
    const written: string[] = [];
    for (let number = 0; number < 20; number++) {
      await server.etcdctl(["put", `/registry/secrets/default/s-${number}`, `only-in-the-log-${number}`]);
      written.push(`only-in-the-log-${number}`);
    }
    const transaction = 'mod("/none") > "0"\n\nput /taken not-written\n\nput /else written\n\n';
    await server.etcdctl(["txn"], transaction);
    const directory = await listDataDirectory(server.dataDirectory);
    expect(await findHeldFile(directory)).not.toBeNull();
    await server.kill();
    expect(await findHeldFile(directory)).toBeNull();
    const values: string[] = [];
    const reasons: unknown[] = [];
    const contents = await readWalFiles(
      (await listDataDirectory(server.dataDirectory)).walFiles,
      {
        onPuts({ records, proven }) {
          for (let row = 0; row < records.count; row++) {
            const start = records.valueOffset[row] ?? 0;
            if (proven[row] === 1)
              values.push(Buffer.from(records.bytes).toString("utf8", start, start + (records.valueLength[row] ?? 0)));
          }
        },
        onIncomplete: (reason) => void reasons.push(reason),
        onProgress: () => undefined,
      },
      new AbortController().signal,
    );
    expect(values).toEqual([...written, "not-written", "written"]);
    expect(reasons).toEqual([]);
    expect(contents[0]?.content).toMatchObject({
      firstIndex: 1,
      clusterId: expect.stringMatching(/^[0-9a-f]{10,16}$/),
    });
  });
});
