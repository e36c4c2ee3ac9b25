/** One configuration file as reports show it: names only, never a key. */
export interface ConfigurationFacts {
  /** As it was given. */
  readonly path: string;
  /** Lower-case hex SHA-256 of the file's bytes. */
  readonly sha256: string;
  /** `EncryptionConfiguration` or `EncryptionConfig`; null for a file that the API server refuses. */
  readonly kind: string | null;
  /** Its rules; none of a file that the API server refuses. */
  readonly resources: readonly ConfiguredResource[];
}

/** What one rule stores a resource or wildcard with. Keys are in text form: `PROVIDER/NAME`, or `identity`. */
export interface ConfiguredResource {
  readonly resource: string;
  readonly writeKey: string;
  /** All that are tried when reading, in that order; the write key first. */
  readonly readKeys: readonly string[];
}
