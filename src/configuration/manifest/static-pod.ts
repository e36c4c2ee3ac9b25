import { posix } from "node:path";
import type { DocumentNode } from "../document/document-node.ts";
import { readFlags, settingsOf } from "./api-server-flags.ts";
import type { ApiServerSettings } from "./api-server-settings.ts";
import { type Mount, throughMounts, underRoot } from "./host-path.ts";
import { ManifestRefusal } from "./manifest-refusal.ts";
import { field, listField, textField } from "./node-fields.ts";

const PROGRAM = "kube-apiserver";

/**
 * Reads the Pod that runs a kube-apiserver, as kubeadm writes it: flags from `command` and `args`, paths through the
 * volumes of kind hostPath (k8s.io/api core/v1: Container, VolumeMount).
 * @throws ManifestRefusal
 */
export function readStaticPod(pod: DocumentNode, root: string | null): ApiServerSettings {
  const spec = field(pod, "spec");
  const containers = listField(spec, "containers");
  const container =
    containers.find((candidate) => textField(candidate, "name") === PROGRAM) ??
    containers.find((candidate) => wordsOf(candidate).some(isProgram));
  if (container === undefined) throw new ManifestRefusal({ kind: "no-api-server" }, pod.line);
  const flags = readFlags(wordsAfterProgram(container));
  const mounts = mountsOf(container, spec);
  return settingsOf("static-pod", flags, (path) => {
    const hostPath = throughMounts(mounts, path);
    return hostPath === null ? null : underRoot(root, hostPath);
  });
}

/** The words after the program's name. Another program in front may be anything, a shell in which they mean nothing. */
function wordsAfterProgram(container: DocumentNode): readonly string[] {
  const words = wordsOf(container);
  const [first] = words;
  // Without a command the image's own is run, which is the API server.
  if (field(container, "command") === undefined && (first === undefined || first.startsWith("--"))) return words;
  const place = words.findIndex(isProgram);
  if (place === -1) throw new ManifestRefusal({ kind: "started-otherwise" }, container.line);
  return words.slice(place + 1);
}

function isProgram(word: string): boolean {
  return posix.basename(word) === PROGRAM && !/\s/.test(word);
}

function wordsOf(container: DocumentNode): readonly string[] {
  const variables = new Map(
    listField(container, "env").flatMap((entry) => {
      const [name, value] = [textField(entry, "name"), textField(entry, "value")];
      return name === undefined || value === undefined ? [] : [[name, value] as const];
    }),
  );
  return ["command", "args"].flatMap((name) =>
    listField(container, name).map((node) => {
      if (node.kind !== "text") throw new ManifestRefusal({ kind: "wrong-type", field: name }, node.line);
      // `$$` is a dollar sign; what is not set stays as it is (kubernetes third_party/forked/golang/expansion).
      return node.text.replace(/\$\$|\$\(([^)]*)\)/g, (whole, variable?: string) =>
        variable === undefined ? "$" : (variables.get(variable) ?? whole),
      );
    }),
  );
}

function mountsOf(container: DocumentNode, spec: DocumentNode | undefined): readonly Mount[] {
  const volumes = new Map(
    listField(spec, "volumes").map((volume) => [
      textField(volume, "name"),
      textField(field(volume, "hostPath"), "path") ?? null,
    ]),
  );
  return listField(container, "volumeMounts").flatMap((mount) => {
    const mountPath = textField(mount, "mountPath");
    if (mountPath === undefined) return [];
    const volume = volumes.get(textField(mount, "name")) ?? null;
    const isTold = volume !== null && field(mount, "subPathExpr") === undefined;
    const hostPath = isTold ? posix.join(volume, textField(mount, "subPath") ?? "") : null;
    return [{ mountPath: posix.resolve("/", mountPath), hostPath }];
  });
}
