/** What the bytes of a value that kube-apiserver did not write must be taken for. */
export type RawExpectation =
  | { readonly kind: "as-its-prefix-says" }
  | { readonly kind: "malformed"; readonly provider: string; readonly hasName: boolean }
  | { readonly kind: "unknown" }
  | { readonly kind: "plaintext"; readonly encoding: string };

const WELL_FORMED: RawExpectation = { kind: "as-its-prefix-says" };
const UNKNOWN: RawExpectation = { kind: "unknown" };
const malformed = (provider: string, hasName = true): RawExpectation => ({ kind: "malformed", provider, hasName });
const plaintext = (encoding: string): RawExpectation => ({ kind: "plaintext", encoding });

/** By the words in which `raw_values` of `expected.json` describe them. */
export const RAW_VALUES: ReadonlyMap<string, RawExpectation> = new Map([
  ["aescbc prefix, then 7 bytes: too short for an IV", malformed("aescbc")],
  ["aescbc prefix, IV, then 33 bytes: not a multiple of the block size", malformed("aescbc")],
  ["aescbc prefix and an IV only", malformed("aescbc")],
  ["aesgcm prefix, then 11 bytes: shorter than nonce and tag", malformed("aesgcm")],
  ["secretbox prefix, then 20 bytes: shorter than the nonce", malformed("secretbox")],
  ["prefix and nothing after it", malformed("aescbc")],
  ["prefix without its last colon", malformed("aescbc", false)],
  ["only k8s:enc:", UNKNOWN],
  ["version part left out", UNKNOWN],
  ["a version of aescbc that does not exist", UNKNOWN],
  ["empty key name", malformed("aescbc", false)],
  ["prefix in capitals", plaintext("unrecognized")],
  ["well formed, but no configuration here ever had this key name", WELL_FORMED],
  ["provider that does not exist; text after it is not encrypted", UNKNOWN],
  ["plain text that begins like an encrypted value", malformed("aescbc")],
  ["aescbc prefix, then a whole plaintext protobuf Secret", malformed("aescbc")],
  ["prefix text not at the start", plaintext("unrecognized")],
  ["a space before the prefix", plaintext("unrecognized")],
  ["empty value", plaintext("empty")],
  ["random bytes", plaintext("unrecognized")],
  ["zero bytes", plaintext("unrecognized")],
  ["Secret stored as JSON, as very old clusters did; the canary is base64 in it", plaintext("json")],
  ["plaintext protobuf Secret cut off", plaintext("protobuf")],
  ["plaintext protobuf Secret of another object, put under this key", plaintext("protobuf")],
  [copied("aescbc", "is not authenticated: decrypts"), WELL_FORMED],
  [copied("aesgcm", "is authenticated: does not decrypt here"), WELL_FORMED],
  [copied("secretbox", "is not authenticated: decrypts"), WELL_FORMED],
  [copied("KMS v2", "is authenticated: does not decrypt here"), WELL_FORMED],
  [copied("KMS v1", "is authenticated: does not decrypt here"), WELL_FORMED],
  ["aesgcm value made outside kube-apiserver with the nonce of another value; decrypts", WELL_FORMED],
  ["aescbc value made outside kube-apiserver with the IV of another value; decrypts", WELL_FORMED],
  ["aescbc under a key that is in no configuration, labelled with a known key name", WELL_FORMED],
  ["encrypted with the second key, labelled with the first key name", WELL_FORMED],
  ["aesgcm ciphertext with one bit changed", WELL_FORMED],
  ["KMS v2 prefix and nothing after it", malformed("kms-v2")],
  ["KMS v2 value cut in the middle of its protobuf", malformed("kms-v2")],
  ["KMS v2 prefix, then random bytes", malformed("kms-v2")],
  ["KMS v2 value under a provider name that no configuration has", WELL_FORMED],
  ["KMS v2 protobuf without a key id", malformed("kms-v2")],
  ["KMS v1 prefix, then 1 byte: no DEK length", malformed("kms-v1")],
  ["KMS v1: DEK length runs past the end", malformed("kms-v1")],
  ["KMS v1: DEK length zero", malformed("kms-v1")],
  ["KMS v1 with a binary DEK, no version text", WELL_FORMED],
  ["a KMS API version that does not exist", UNKNOWN],
  ["a key with no name part", plaintext("protobuf")],
  ["a key with one path part too many", WELL_FORMED],
  ["a key with a space in its name", WELL_FORMED],
  ["a key that is not ASCII", WELL_FORMED],
  ["folder whose name only begins like secrets", plaintext("unrecognized")],
  ["JSON Secret under another etcd prefix (OpenShift style)", plaintext("json")],
  ["token-like object in another folder", plaintext("json")],
  ['the text "last", put with etcdctl and deleted by the next revision', plaintext("unrecognized")],
]);

function copied(provider: string, authentication: string): string {
  return `ciphertext copied from another key; ${provider} (the key path ${authentication})`;
}
