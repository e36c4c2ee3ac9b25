import type { Provider } from "../model/value-class.ts";
import { KMS_V1 } from "./kms-v1.ts";
import { KMS_V2 } from "./kms-v2.ts";
import { AESCBC, AESGCM, SECRETBOX } from "./local-providers.ts";
import type { EncryptedProvider } from "./prefix.ts";

/** A provider whose values have a prefix. */
export type EncryptingProvider = Exclude<Provider, "identity">;

/** One line for each provider that encrypts. */
export const PROVIDER_FORMS = {
  aescbc: AESCBC,
  aesgcm: AESGCM,
  secretbox: SECRETBOX,
  "kms-v1": KMS_V1,
  "kms-v2": KMS_V2,
} as const satisfies Record<EncryptingProvider, EncryptedProvider>;

export const ENCRYPTED_PROVIDERS: readonly EncryptedProvider[] = Object.values(PROVIDER_FORMS);
