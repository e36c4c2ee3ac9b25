import { beginsWith } from "../bytes/begins-with.ts";
import { prefixBytes } from "../kubernetes/prefix.ts";
import type { Folder, UnlookedPrefix } from "./folder.ts";
import { isKubernetesValue, PrefixInstead, prefixOutside } from "./unlooked-prefix.ts";

const MOST_UNLOOKED = 100;

/** The folders of keys that Kubernetes seems to keep under prefixes that are not looked at. */
export class UnlookedFolders {
  private readonly add: (folder: Folder) => number;
  private readonly prefixInstead: PrefixInstead;
  /** Number of the folder above and prefix -> number of the folder. */
  private readonly known = new Map<string, number>();
  /** The prefix that the last key outside all prefixes showed: mostly more of the kind follow. */
  private last: { readonly start: Uint8Array; readonly folder: number } | undefined;

  /** @param add takes a new folder and gives it a number */
  constructor(audited: ReadonlySet<string>, add: (folder: Folder) => number) {
    this.add = add;
    this.prefixInstead = new PrefixInstead(audited);
  }

  /** The folder of a key outside all prefixes that are looked at; `elsewhere` for another program's. */
  outside(key: Uint8Array, value: Uint8Array, elsewhere: number): number {
    const { last } = this;
    if (last !== undefined && beginsWith(key, 0, key.length, last.start) && isKubernetesValue(value))
      return last.folder;
    const prefix = prefixOutside(key, value);
    if (prefix === null) return elsewhere;
    const folder = this.folderFor(prefix, key, elsewhere, (unlooked) => ({ kind: "unlooked", unlooked }));
    // Everything begins with the prefix "/".
    if (prefix !== "/") this.last = { start: prefixBytes(prefix), folder };
    return folder;
  }

  /**
   * The folder of a key in a folder that nothing knows, number `above`: the same, unless the key would be that of an
   * audited resource under another prefix. Then a folder that is counted as the one above it and says so.
   */
  inside(key: Uint8Array, value: Uint8Array, above: number, resource: Folder): number {
    const prefix = this.prefixInstead.of(key, value);
    if (prefix === null || resource.kind !== "resource") return above;
    return this.folderFor(prefix, key, above, (unlooked) => ({ ...resource, unlooked }));
  }

  /** Beyond the most that are kept, the folder above. */
  private folderFor(
    prefix: string,
    key: Uint8Array,
    above: number,
    makeFolder: (unlooked: UnlookedPrefix) => Folder,
  ): number {
    const text = `${above} ${prefix}`;
    const known = this.known.get(text);
    if (known !== undefined) return known;
    if (this.known.size === MOST_UNLOOKED) return above;
    const added = this.add(makeFolder({ prefix, exampleKey: new Uint8Array(key) }));
    this.known.set(text, added);
    return added;
  }
}
