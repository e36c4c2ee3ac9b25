/** A run of this many characters of a key gives nothing away; longer runs must be words that are known. */
const LONGEST_UNKNOWN_RUN = 7;

/** Words of the format, and of resources and groups, that may stand in a message in any case. */
const KNOWN_WORDS: ReadonlySet<string> = new Set(
  (
    "apiversion resources providers secretbox identity cachesize endpoint metadata apiserver kubermatic " +
    "encryptionconfiguration encryptionconfig admissionconfiguration authenticationconfiguration " +
    "authorizationconfiguration tracingconfiguration io/v1alpha1 io/v1beta1 deployment configmap configmaps " +
    "endpoints namespaces services persistentvolumes persistentvolumeclaims replicationcontrollers " +
    "serviceaccounts podtemplates limitranges resourcequotas deployments daemonsets statefulsets replicasets " +
    "cronjobs ingresses networkpolicies certificates customresourcedefinitions apiservices extensions networking " +
    "authentication authorization apiextensions apiregistration coordination apiserveripinfo " +
    "serviceipallocations servicenodeportallocations"
  ).split(" "),
);

/**
 * Text out of a configuration that may stand in a message about it, or null. A key can stand anywhere in a broken
 * file, also where a field's or a resource's name belongs; so no run of more than seven characters passes unless it is
 * a known word.
 */
export function quotable(text: string): string | null {
  const isShown =
    /^[\x21-\x7e]{1,80}$/.test(text) &&
    text.split(/[.*]/).every((run) => run.length <= LONGEST_UNKNOWN_RUN || KNOWN_WORDS.has(run.toLowerCase()));
  return isShown ? text : null;
}
