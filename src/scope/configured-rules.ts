/** Which resources the configurations in force store encrypted. */
export interface ConfiguredRules {
  /** The rules whose resources are written with a cipher: `secrets`, `deployments.apps`, `*.apps`, `*.` or `*.*`. */
  readonly encrypting: readonly string[];
  /** Whether the rule that wins for a resource (`name` or `name.group`) writes with a cipher. */
  encrypts(resource: string): boolean;
}

/** No configuration is known. */
export const NOTHING_CONFIGURED: ConfiguredRules = { encrypting: [], encrypts: () => false };
