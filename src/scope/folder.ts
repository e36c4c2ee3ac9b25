import type { RegistryFolder } from "../kubernetes/registry-folder.ts";

/** Where a key stands with regard to what is audited. */
export type Folder =
  | {
      readonly kind: "resource";
      readonly registry: RegistryFolder;
      /** The prefix that it lies under; null for `compact_rev_key`, which lies under none. */
      readonly prefix: string | null;
      /** Bytes of prefix, folder and slash: what comes after them is namespace and name. */
      readonly length: number;
      /** Counted and listed. */
      readonly inScope: boolean;
      /** Its values can have findings. */
      readonly audited: boolean;
      /** Holds the definitions of custom resources: followed even where it is not in scope. */
      readonly isDefinition: boolean;
    }
  /** Kubernetes-shaped keys under a prefix that is not looked at. */
  | { readonly kind: "unlooked"; readonly prefix: string; readonly exampleKey: Uint8Array }
  /** Whatever else is in the store. */
  | { readonly kind: "elsewhere" };
