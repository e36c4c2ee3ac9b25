import { randomBytes } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import type { KubernetesObject, RestClient } from "./rest-client.ts";

/** The paths of lists that stories use. */
export const SECRETS = "/api/v1/namespaces/default/secrets";
export const CONFIG_MAPS = "/api/v1/namespaces/default/configmaps";

/** So many secrets, named `NAME-0` and so on, each with a value of its own. */
export function secrets(count: number, name = "secret"): readonly KubernetesObject[] {
  return Array.from({ length: count }, (_, number) => ({
    apiVersion: "v1",
    kind: "Secret",
    metadata: { name: `${name}-${number}` },
    data: { password: randomBytes(24).toString("base64") },
  }));
}

/** So many config maps, named `NAME-0` and so on. */
export function configMaps(count: number, name = "settings"): readonly KubernetesObject[] {
  return Array.from({ length: count }, (_, number) => ({
    apiVersion: "v1",
    kind: "ConfigMap",
    metadata: { name: `${name}-${number}` },
    data: { colour: `blue ${number}` },
  }));
}

/** A custom resource `PLURAL.GROUP` of the stories. */
export interface CustomResource {
  readonly group: string;
  readonly plural: string;
  readonly kind: string;
}

/** The path of its list in the namespace `default`. */
export function customPath({ group, plural }: CustomResource): string {
  return `/apis/${group}/v1/namespaces/default/${plural}`;
}

/** So many objects of it. */
export function customObjects({ group, kind, plural }: CustomResource, count: number): readonly KubernetesObject[] {
  return Array.from({ length: count }, (_, number) => ({
    apiVersion: `${group}/v1`,
    kind,
    metadata: { name: `${plural}-${number}` },
    spec: { token: randomBytes(24).toString("base64") },
  }));
}

/** Defines it and waits until it is served. */
export async function define(server: RestClient, resource: CustomResource): Promise<void> {
  const { group, plural, kind } = resource;
  const schema = { type: "object", "x-kubernetes-preserve-unknown-fields": true };
  await server.must("POST", "/apis/apiextensions.k8s.io/v1/customresourcedefinitions", {
    apiVersion: "apiextensions.k8s.io/v1",
    kind: "CustomResourceDefinition",
    metadata: { name: `${plural}.${group}` },
    spec: {
      group,
      scope: "Namespaced",
      names: { plural, singular: kind.toLowerCase(), kind, listKind: `${kind}List` },
      versions: [{ name: "v1", served: true, storage: true, schema: { openAPIV3Schema: schema } }],
    },
  });
  await served(server, resource);
}

/** Resolves when an API server serves it; one that was just started needs a moment. */
export async function served(server: RestClient, resource: CustomResource): Promise<void> {
  while ((await server.ask("GET", customPath(resource))).status !== 200) await sleep(100);
}
