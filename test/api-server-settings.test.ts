import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { apiServerSettings } from "../src/api-server-settings.ts";

const fixture = (name: string) => fileURLToPath(new URL(`fixtures/manifests/${name}`, import.meta.url));

test("a manifest is read from its file", async () => {
  const settings = await apiServerSettings(fixture("kube-apiserver.yaml"), "/mnt/host");
  expect(settings.encryptionConfigPath).toBe("/mnt/host/srv/encryption/enc.yaml");
});

test("a configuration of k3s is read with the files of its folder", async () => {
  const settings = await apiServerSettings(fixture("k3s/config.yaml"));
  expect(settings).toMatchObject({ kind: "k3s", prefix: "/clusters/one" });
});

test.each([
  ["absent", "FILE_NOT_FOUND", "no such file"],
  ["k3s", "FILE_IS_A_FOLDER", "folder"],
  ["../documentation/kubernetes-1.13-providers.yaml", "USAGE", "line 2: it is an object of another kind than Pod"],
  ["../documentation/kubernetes-1.11-kms.yaml", "USAGE", "line 11: it is neither YAML"],
])("%s tells no settings, and why", async (name, code, message) => {
  const path = fixture(name);
  await expect(apiServerSettings(path)).rejects.toMatchObject({ code, message: expect.stringContaining(message) });
  await expect(apiServerSettings(path)).rejects.toThrow(path);
});
