import { createServer as createWebServer } from "node:http2";
import { createServer } from "node:net";
import { join } from "node:path";
import { status } from "@grpc/grpc-js";
import { describe, expect, it, onTestFinished } from "vitest";
import type { KmsProvider } from "../../src/configuration/configuration.ts";
import { pluginAddress } from "../../src/kms/plugin-address.ts";
import { askPlugins, describeReport, keyIdInForce, type PluginReport } from "../../src/kms/plugin-report.ts";
import { KmsPlugin, type KmsPluginOptions } from "../kms-plugin/kms-plugin.ts";
import { configurationOf, kmsProvider } from "./kms-values.ts";

async function started(options: KmsPluginOptions = {}): Promise<KmsPlugin> {
  const plugin = await KmsPlugin.start(options);
  onTestFinished(() => plugin.close());
  return plugin;
}

async function ask(provider: KmsProvider): Promise<PluginReport> {
  const [report, ...others] = await askPlugins([configurationOf(provider)]);
  expect(others).toEqual([]);
  if (report === undefined) throw new Error("no report");
  return report;
}

/** Why the plugin could not be asked; the line must name provider and socket. */
async function failureOf(provider: KmsProvider): Promise<string> {
  const report = await ask(provider);
  if (report.kind !== "failed") throw new Error(describeReport(report));
  expect(report.error.message).toContain(`${provider.kind}/${provider.name} at ${provider.endpoint}: `);
  expect(describeReport(report)).not.toContain("\n");
  expect(keyIdInForce(report)).toBeNull();
  return report.error.code;
}

describe("askPlugins", () => {
  it("gives the key ID in force of a v2 plugin, which a rotation changes", async () => {
    const plugin = await started();
    const provider = kmsProvider("kms-v2", plugin.endpoint);
    expect(keyIdInForce(await ask(provider))).toBe("remote-key/versions/1");
    plugin.keyVersion = 2;
    const report = await ask(provider);
    expect(keyIdInForce(report)).toBe("remote-key/versions/2");
    expect(describeReport(report)).toBe(
      `KMS plugin kms-v2/plugin at ${plugin.endpoint}: version v2, healthy, key ID remote-key/versions/2`,
    );
  });

  it("asks a v1 plugin for its version, since it has no key ID", async () => {
    const plugin = await started();
    const report = await ask(kmsProvider("kms-v1", plugin.endpoint));
    expect(keyIdInForce(report)).toBeNull();
    expect(describeReport(report)).toMatch(/: version v1beta1, kms-plugin-for-tests 1\.0\.0; KMS v1 has no key ID$/);
    expect(plugin.calls).toEqual(["/v1beta1.KeyManagementService/Version"]);
  });

  it("reaches a socket in the abstract namespace", async () => {
    const plugin = await started({ abstractName: `kms-for-tests-${process.pid}` });
    expect(keyIdInForce(await ask(kmsProvider("kms-v2", plugin.endpoint)))).toBe("remote-key/versions/1");
  });

  it("asks each plugin once, whatever the number of files and rules that name it", async () => {
    const plugin = await started();
    const [v1, v2] = [kmsProvider("kms-v1", plugin.endpoint), kmsProvider("kms-v2", plugin.endpoint)];
    const reports = await askPlugins([configurationOf(v1, v2), configurationOf({ ...v2 }, v2)]);
    expect(reports.map(({ provider }) => provider.kind)).toEqual(["kms-v1", "kms-v2"]);
    expect(plugin.calls).toHaveLength(2);
  });

  it("takes no key ID from a plugin that is not healthy, and shows its words on one line", async () => {
    const plugin = await started();
    plugin.healthz = `remote\nservice \u001b[31mis gone${"!".repeat(500)}`;
    const report = await ask(kmsProvider("kms-v2", plugin.endpoint));
    expect(keyIdInForce(report)).toBeNull();
    expect(describeReport(report)).toMatch(/not healthy: remote service +\[31mis gone!+\.\.\.$/);
    plugin.healthz = "";
    expect(describeReport(await ask(kmsProvider("kms-v2", plugin.endpoint)))).toMatch(/not healthy: no healthz$/);
  });

  it("tells why there is no answer", async () => {
    const plugin = await started();
    const folder = (pluginAddress(plugin.endpoint)?.path ?? "").replace(/\/[^/]*$/, "");
    const v2 = (endpoint: string) => failureOf(kmsProvider("kms-v2", endpoint, { timeout: 500 }));
    expect(await v2(`unix://${folder}/none.sock`)).toBe("no-socket");
    expect(await v2("unix://host")).toBe("bad-endpoint");
    plugin.apiVersion = "v3";
    expect(await v2(plugin.endpoint)).toBe("wrong-version");
    plugin.refusal = status.PERMISSION_DENIED;
    expect(await v2(plugin.endpoint)).toBe("answers-with-error");
    plugin.refusal = status.RESOURCE_EXHAUSTED;
    expect(await v2(plugin.endpoint)).toBe("too-busy");
    plugin.refusal = status.UNAVAILABLE;
    expect(await v2(plugin.endpoint)).toBe("unavailable");
    plugin.refusal = status.UNIMPLEMENTED;
    expect(await v2(plugin.endpoint)).toBe("not-a-plugin");
    plugin.delay = 60_000;
    expect(await v2(plugin.endpoint)).toBe("deadline");
    plugin.kill();
    expect(await v2(plugin.endpoint)).toBe("no-socket");
  });

  it("is not held up by a socket where something else listens", async () => {
    const plugin = await started();
    const path = join((pluginAddress(plugin.endpoint)?.path ?? "").replace(/\/[^/]*$/, ""), "other.sock");
    const server = createServer((socket) => {
      socket.on("error", () => undefined);
      socket.end("220 this is mail\r\n");
    });
    await new Promise<void>((resolve) => server.listen({ path }, resolve));
    const provider = kmsProvider("kms-v2", `unix://${path}`, { timeout: 2000 });
    expect(await failureOf(provider)).toBe("unavailable");
    server.close();
  });

  it("takes no answer of a web server for one of a plugin", async () => {
    const plugin = await started();
    const path = join((pluginAddress(plugin.endpoint)?.path ?? "").replace(/\/[^/]*$/, ""), "web.sock");
    let answer = 200;
    const server = createWebServer((_, response) => response.writeHead(answer).end("hello"));
    onTestFinished(() => void server.close());
    await new Promise<void>((resolve) => server.listen({ path }, resolve));
    expect(await failureOf(kmsProvider("kms-v2", `unix://${path}`))).toBe("malformed-response");
    answer = 404;
    expect(await failureOf(kmsProvider("kms-v2", `unix://${path}`))).toBe("not-a-plugin");
  });

  it("ends when it is interrupted", async () => {
    const plugin = await started();
    plugin.delay = 60_000;
    const stop = new AbortController();
    const asked = askPlugins(
      [configurationOf(kmsProvider("kms-v2", plugin.endpoint, { timeout: 60_000 }))],
      stop.signal,
    );
    setTimeout(() => stop.abort(), 100);
    expect(await asked).toMatchObject([{ kind: "failed", error: { code: "interrupted" } }]);
  });
});
