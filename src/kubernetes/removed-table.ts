import type { FolderRow } from "./folder-row.ts";

/**
 * Resources and folders that kube-apiserver stored since v1.6 and no longer does, sorted by folder: values of them
 * stay behind in old stores. `apiservices` lay outside its group's folder in OpenShift 3.
 * (k8s.io/kubernetes test/integration/etcd/data.go of the releases that had them; openshift/origin
 * test/integration/etcd_storage_path_test.go.)
 */
export const REMOVED_TABLE: readonly FolderRow[] = [
  ["apiservices", "apiservices.apiregistration.k8s.io", "cluster"],
  ["auditsinks", "auditsinks.auditregistration.k8s.io", "cluster"],
  ["clustercidrs", "clustercidrs.networking.k8s.io", "cluster"],
  [
    "externaladmissionhookconfigurations",
    "externaladmissionhookconfigurations.admissionregistration.k8s.io",
    "cluster",
  ],
  ["initializerconfigurations", "initializerconfigurations.admissionregistration.k8s.io", "cluster"],
  ["podpresets", "podpresets.settings.k8s.io", "namespaced"],
  ["podschedulingcontexts", "podschedulingcontexts.resource.k8s.io", "namespaced"],
  ["podschedulings", "podschedulings.resource.k8s.io", "namespaced"],
  ["podsecuritypolicy", "podsecuritypolicies.policy", "cluster"],
  ["resourceclaimparameters", "resourceclaimparameters.resource.k8s.io", "namespaced"],
  ["resourceclasses", "resourceclasses.resource.k8s.io", "cluster"],
  ["resourceclassparameters", "resourceclassparameters.resource.k8s.io", "namespaced"],
  ["thirdpartyresources", "thirdpartyresources.extensions", "cluster"],
];
