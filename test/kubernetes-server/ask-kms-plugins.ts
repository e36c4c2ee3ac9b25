import { readFile } from "node:fs/promises";
import type { Configuration } from "../../src/configuration/configuration.ts";
import { askPlugins, keyIdInForce } from "../../src/kms/plugin-report.ts";
import { unwrapDataKeys } from "../../src/kms/unwrap-data-keys.ts";
import { WrappedDataKeys } from "../../src/kms/wrapped-data-keys.ts";
import { Keyring } from "../../src/proof/keyring.ts";
import type { DataKeys } from "../../src/proof/kms-envelope.ts";
import { accepted } from "../configuration/read.ts";
import type { Cluster } from "./cluster.ts";

/** What the plugins of the configuration in force say they wrap with, by the provider's name. */
export async function keyIdsInForce(cluster: Cluster): Promise<Readonly<Record<string, string | null>>> {
  const reports = await askPlugins([await configurationOf(cluster)]);
  return Object.fromEntries(reports.map((report) => [report.provider.name, keyIdInForce(report)]));
}

/** What the plugin makes of the wrapped data keys of all live secrets, and how many secrets are then verified. */
export async function dekOutcomes(cluster: Cluster): Promise<Readonly<Record<string, number>>> {
  const configuration = await configurationOf(cluster);
  const answer = await cluster.etcd.etcdctl(["get", "/registry/secrets/", "--prefix", "-w", "json"]);
  const { kvs } = JSON.parse(answer) as { kvs: readonly { key: string; value: string }[] };
  const prove = (dataKeys: DataKeys): readonly string[] => {
    const reader = new Keyring(configuration, { dataKeys: dataKeys }).readerFor("secrets");
    return kvs.map(({ key, value }) => {
      const bytes = Buffer.from(value, "base64");
      return reader.read(Buffer.from(key, "base64"), bytes, 0, bytes.length).kind;
    });
  };
  const wrapped = new WrappedDataKeys();
  prove(wrapped);
  const dataKeys = await unwrapDataKeys(wrapped);
  const verified = prove(dataKeys).filter((kind) => kind === "verified").length;
  const [counts] = dataKeys.counts();
  if (counts === undefined) throw new Error("no value has a wrapped data key");
  const { unwrapped, refused, notAsked } = counts;
  return { unwrapped, refused, notAsked, verified };
}

async function configurationOf({ server }: Cluster): Promise<Configuration> {
  if (server.configurationFile === null) throw new Error("the API server has no configuration");
  return accepted(await readFile(server.configurationFile));
}
