import type { RegistryFolder } from "../kubernetes/registry-folder.ts";

/** A prefix under which Kubernetes seems to keep keys and that is not looked at. */
export interface UnlookedPrefix {
  readonly prefix: string;
  /** The first key that showed it. */
  readonly exampleKey: Uint8Array;
}

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
      /** Of a folder that nothing knows and that seems to be part of a longer prefix; else null. */
      readonly unlooked: UnlookedPrefix | null;
    }
  /** Kubernetes-shaped keys outside all prefixes that are looked at. */
  | { readonly kind: "unlooked"; readonly unlooked: UnlookedPrefix }
  /** Whatever else is in the store. */
  | { readonly kind: "elsewhere" };
