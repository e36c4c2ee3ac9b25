import { expect, it } from "vitest";
import { block, configurationText, KEY_A, KEY_B, local } from "../configuration/read.ts";
import { Cluster } from "../kubernetes-server/cluster.ts";
import { describeKubernetes } from "../kubernetes-server/describe-kubernetes.ts";
import {
  CONFIG_MAPS,
  configMaps,
  customObjects,
  customPath,
  define,
  SECRETS,
  secrets,
  served,
} from "../kubernetes-server/objects.ts";

const CRON_TABS = { group: "stable.example.com", plural: "crontabs", kind: "CronTab" };
const PANDAS = { group: "awesome.bears.example", plural: "pandas", kind: "Panda" };
const ALL = ["secrets", "configmaps", "crontabs.stable.example.com", "pandas.awesome.bears.example"];
const SCOPE = ["--namespace", "default", ...ALL.flatMap((resource) => ["--resource", resource])];

const EXACT = block("secrets", local("aescbc", ["key1", KEY_A]), "identity: {}");
const GROUP = block('"*.stable.example.com"', local("secretbox", ["box", KEY_B]), "identity: {}");
const REST = block('"*.*"', local("aesgcm", ["rest", KEY_B]), "identity: {}");

describeKubernetes("wildcards and custom resources", (binaries) => {
  it("are stored under the most exact rule, and unreadable once that is gone", async () => {
    const cluster = await Cluster.start(binaries);
    const paths = [SECRETS, CONFIG_MAPS, customPath(CRON_TABS), customPath(PANDAS)];
    for (const resource of [CRON_TABS, PANDAS]) await define(cluster.server, resource);
    await cluster.create(SECRETS, secrets(1));
    await cluster.create(CONFIG_MAPS, configMaps(2));
    await cluster.create(customPath(CRON_TABS), customObjects(CRON_TABS, 3));
    await cluster.create(customPath(PANDAS), customObjects(PANDAS, 4));
    expect((await cluster.judge(...SCOPE)).head).toEqual({ identity: 10 });

    await cluster.restart(configurationText(EXACT, GROUP, REST));
    for (const resource of [CRON_TABS, PANDAS]) await served(cluster.server, resource);
    for (const path of paths) await cluster.rewrite(path);
    await cluster.compact();
    expect(await cluster.judge(...SCOPE)).toEqual({
      exitCode: 0,
      head: { "aescbc/key1": 1, "secretbox/box": 3, "aesgcm/rest": 6 },
      history: {},
      findings: {},
    });
    const ofGroup = await cluster.keysUnder("secretbox/box", ...SCOPE);
    expect(ofGroup).toEqual(
      [0, 1, 2].map((number) => `/registry/stable.example.com/crontabs/default/crontabs-${number}`),
    );

    // The API server itself writes under *.* too: leases, API services, definitions.
    const ofRest = await cluster.keysUnder("aesgcm/rest", "--all-resources");
    expect(ofRest.length).toBeGreaterThan(6);
    expect(await cluster.unreadableUnder(configurationText(EXACT, GROUP))).toEqual(ofRest);
  });
});
