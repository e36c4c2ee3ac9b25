/** What an audit covers, as the user asked for it. */
export interface ScopeOptions {
  /** The API server's `--etcd-prefix`, with or without slashes at its ends; empty: those of the default prefixes that exist. */
  readonly prefixes: readonly string[];
  /** Resources named on the command line, audited besides `secrets`. */
  readonly resources: readonly string[];
  /** Counts and inventory cover everything under the prefixes; findings do not. */
  readonly allResources: boolean;
  /** Empty: all. */
  readonly namespaces: readonly string[];
}
