import type { DocumentNode } from "../document/document-node.ts";
import { readDocument } from "../document/read-document.ts";
import { SyntaxRefusal } from "../document/syntax-problem.ts";
import type { ApiServerSettings, ManifestFile, ManifestReading } from "./api-server-settings.ts";
import { readFlagsFile } from "./flags-file.ts";
import { ManifestRefusal } from "./manifest-refusal.ts";
import { field, textField } from "./node-fields.ts";
import { type RancherKind, readRancherConfiguration } from "./rancher-configuration.ts";
import { readStaticPod } from "./static-pod.ts";

/** A flag at the beginning of a line, or after `KEY=`. */
const HAS_FLAGS = /^\s*(?:(?:export\s+)?[A-Za-z_]\w*=.*)?--[a-z]/m;

/**
 * Reads how a kube-apiserver is started, from a static Pod, from the configuration of k3s or RKE2, or from a file of
 * flags; told by content, and k3s from RKE2 by the path. Never throws, whatever the bytes.
 * @param root the folder where the host's file system is mounted; null: this machine's
 * @param dropIns the files of `config.yaml.d` (k3s, RKE2), in their order
 */
export function readManifest(
  file: ManifestFile,
  root: string | null = null,
  dropIns: readonly ManifestFile[] = [],
): ManifestReading {
  try {
    return { kind: "settings", settings: settingsIn(file, root, dropIns) };
  } catch (error) {
    if (error instanceof ManifestRefusal) return { kind: "refused", line: error.line, problem: error.problem };
    if (error instanceof SyntaxRefusal) return { kind: "refused", line: error.line, problem: { kind: "syntax" } };
    throw error;
  }
}

function settingsIn(file: ManifestFile, root: string | null, dropIns: readonly ManifestFile[]): ApiServerSettings {
  const document = documentOf(file);
  if (document.kind !== "map" && document.kind !== "null") return readFlagsFile(textOf(file), root);
  if (field(document, "kind") !== undefined) {
    if (textField(document, "kind") === "Pod") return readStaticPod(document, root);
    throw new ManifestRefusal({ kind: "other-kind" }, field(document, "kind")?.line);
  }
  const documents = [document, ...dropIns.map(({ bytes }) => readDocument(bytes))];
  return readRancherConfiguration(distributionOf(file.path), documents, root);
}

/** The file as a document; one that is none, but holds flags, counts as a text. */
function documentOf(file: ManifestFile): DocumentNode {
  const text = textOf(file);
  try {
    return readDocument(file.bytes);
  } catch (error) {
    if (error instanceof SyntaxRefusal && HAS_FLAGS.test(text)) return { kind: "text", line: 1, text };
    throw error;
  }
}

/** k3s and RKE2 differ in what holds when nothing is set, so that a guess could be a wrong verdict. */
function distributionOf(path: string): RancherKind {
  const names = path.toLowerCase().match(/(?<![a-z0-9])(?:k3s|rke2)(?![a-z0-9])/g) ?? [];
  const name = names.at(-1);
  if (name === "k3s" || name === "rke2") return name;
  throw new ManifestRefusal({ kind: "no-distribution" });
}

function textOf({ bytes }: ManifestFile): string {
  return new TextDecoder("utf-8").decode(bytes);
}
