import type { ConnectionOptions } from "./connection-options.ts";

/** How a live etcd is read. */
export interface LiveOptions {
  readonly connection: ConnectionOptions;
  /** Pins the scan to a revision; null: the head. */
  readonly revision: number | null;
  /** Read what one member has applied, without asking the others; it is checked not to lag. */
  readonly serializable: boolean;
}
