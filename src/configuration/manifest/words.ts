import type { ManifestProblem } from "./api-server-settings.ts";

/** Why a file tells no settings of a kube-apiserver, in one sentence without a full stop. */
export function manifestMessage(problem: ManifestProblem): string {
  switch (problem.kind) {
    case "syntax":
      return "it is neither YAML, JSON nor a list of flags";
    case "other-kind":
      return "it is an object of another kind than Pod";
    case "no-api-server":
      return "no container of this Pod is a kube-apiserver";
    case "started-otherwise":
      return "it starts kube-apiserver through another program or a script, so that its flags can't be told";
    case "openshift":
      return "OpenShift's kube-apiserver takes its settings from another file";
    case "no-flags":
      return "it holds no flag of kube-apiserver";
    case "no-distribution":
      return "whether it is a configuration of k3s or of RKE2 can't be told by its path";
    case "wrong-type":
      return `${problem.field} is not of the type it must have`;
    case "no-value":
      return `--${problem.flag} has no value`;
    case "variable":
      return problem.flag === null
        ? "it takes flags from a variable that it does not set"
        : `--${problem.flag} holds a variable that the file does not set`;
    case "relative-path":
      return `--${problem.flag} is a relative path, and the folder it starts from can't be told`;
    case "not-on-host":
      return `--${problem.flag} names a file in the container that comes from no folder of the host`;
    case "bad-override":
      return "--etcd-servers-overrides is not of the form group/resource#server;server";
  }
}
