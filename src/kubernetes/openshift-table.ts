import type { FolderRow } from "./folder-row.ts";

/**
 * What openshift-apiserver and oauth-apiserver store under their own prefix, sorted by folder; the network and policy
 * folders are of OpenShift 3. (openshift/openshift-apiserver
 * pkg/cmd/openshift-apiserver/openshiftapiserver/restoptionsgetter.go, openshift/oauth-apiserver
 * pkg/cmd/oauth-apiserver/cmd.go, openshift/origin test/extended/etcd/etcd_storage_path.go.)
 */
export const OPENSHIFT_TABLE: readonly FolderRow[] = [
  ["authorization/cluster/policies", "clusterpolicies.authorization.openshift.io", "cluster"],
  ["authorization/cluster/policybindings", "clusterpolicybindings.authorization.openshift.io", "cluster"],
  ["authorization/local/policies", "policies.authorization.openshift.io", "namespaced"],
  ["authorization/local/policybindings", "policybindings.authorization.openshift.io", "namespaced"],
  ["brokertemplateinstances", "brokertemplateinstances.template.openshift.io", "cluster"],
  ["buildconfigs", "buildconfigs.build.openshift.io", "namespaced"],
  ["builds", "builds.build.openshift.io", "namespaced"],
  ["clusterresourcequotas", "clusterresourcequotas.quota.openshift.io", "cluster"],
  ["deploymentconfigs", "deploymentconfigs.apps.openshift.io", "namespaced"],
  ["groups", "groups.user.openshift.io", "cluster"],
  ["images", "images.image.openshift.io", "cluster"],
  ["imagestreams", "imagestreams.image.openshift.io", "namespaced"],
  ["oauth/accesstokens", "oauthaccesstokens.oauth.openshift.io", "cluster"],
  ["oauth/authorizetokens", "oauthauthorizetokens.oauth.openshift.io", "cluster"],
  ["oauth/clientauthorizations", "oauthclientauthorizations.oauth.openshift.io", "cluster"],
  ["oauth/clients", "oauthclients.oauth.openshift.io", "cluster"],
  ["rangeallocations", "rangeallocations.security.openshift.io", "cluster"],
  ["registry/egressnetworkpolicy", "egressnetworkpolicies.network.openshift.io", "namespaced"],
  ["registry/sdnnetnamespaces", "netnamespaces.network.openshift.io", "cluster"],
  ["registry/sdnnetworks", "clusternetworks.network.openshift.io", "cluster"],
  ["registry/sdnsubnets", "hostsubnets.network.openshift.io", "cluster"],
  ["rolebindingrestrictions", "rolebindingrestrictions.authorization.openshift.io", "namespaced"],
  ["routes", "routes.route.openshift.io", "namespaced"],
  ["templateinstances", "templateinstances.template.openshift.io", "namespaced"],
  ["templates", "templates.template.openshift.io", "namespaced"],
  ["useridentities", "identities.user.openshift.io", "cluster"],
  ["users", "users.user.openshift.io", "cluster"],
];

/** What OpenShift 3 stored beside Kubernetes' own resources, under kube-apiserver's prefix. */
export const OPENSHIFT_KUBERNETES_TABLE: readonly FolderRow[] = [
  ["securitycontextconstraints", "securitycontextconstraints.security.openshift.io", "cluster"],
];
