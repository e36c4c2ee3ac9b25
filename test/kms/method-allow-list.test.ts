import { Client, credentials } from "@grpc/grpc-js";
import { describe, expect, it, onTestFinished } from "vitest";
import { METHODS, methodAllowList } from "../../src/kms/method-allow-list.ts";
import { KmsPlugin } from "../kms-plugin/kms-plugin.ts";
import { kmsProvider } from "./kms-values.ts";

const asIs = (bytes: Buffer): Buffer => bytes;

describe("methodAllowList", () => {
  it("names Status, Version and Decrypt and no other", () => {
    const names = Object.values(METHODS).map((path) => path.split("/").at(-1));
    expect(names.sort()).toEqual(["Decrypt", "Decrypt", "Status", "Version"]);
  });

  it("lets the list through and stops everything else before a byte is sent", async () => {
    const plugin = await KmsPlugin.start();
    onTestFinished(() => plugin.close());
    const client = new Client(plugin.endpoint, credentials.createInsecure(), {
      interceptors: [methodAllowList(kmsProvider("kms-v2", plugin.endpoint))],
    });
    onTestFinished(() => client.close());
    const call = (path: string): Promise<unknown> =>
      new Promise((resolve, reject) => {
        client.makeUnaryRequest(path, asIs, asIs, Buffer.alloc(0), (error, answer) =>
          error ? reject(error) : resolve(answer),
        );
      });
    for (const path of [
      "/v2.KeyManagementService/Encrypt",
      "/v1beta1.KeyManagementService/Encrypt",
      "/v2.Other/Status",
    ]) {
      await expect(call(path), path).rejects.toMatchObject({ code: "method-refused" });
    }
    expect(plugin.calls).toEqual([]);
    await call(METHODS.status);
    expect(plugin.calls).toEqual([METHODS.status]);
  });
});
