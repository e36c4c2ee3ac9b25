/** Where a plugin listens: the name gRPC has for it, and the path as node:net takes it. */
export interface PluginAddress {
  readonly target: string;
  readonly path: string;
}

/** Bytes of a path that Linux takes (unix(7)); Node cuts a longer one off, and it could then be another's. */
const LONGEST_PATH = 107;

/**
 * The socket that a configuration's `endpoint` names: `unix:///run/kms.sock`, or `unix:///@name` for a name in Linux'
 * abstract namespace (k8s.io/kms pkg/util/util.go: ParseEndpoint). As in Go's net/url, host, query and fragment do not
 * count and escapes are decoded. Undefined where no path is left, or one that is too long.
 */
export function pluginAddress(endpoint: string): PluginAddress | undefined {
  const [, hierarchy] = /^unix:([^?#]*)/i.exec(endpoint) ?? [];
  const path = decoded((hierarchy ?? "").replace(/^\/\/[^/]*/, ""));
  if (path === undefined || !/^\/[^\0\r\n]+$/.test(path) || Buffer.byteLength(path) > LONGEST_PATH) return undefined;
  if (path.startsWith("/@")) return { target: `unix:\0${path.slice(2)}`, path: `\0${path.slice(2)}` };
  return { target: `unix://${path}`, path };
}

function decoded(path: string): string | undefined {
  try {
    return decodeURIComponent(path);
  } catch {
    return undefined;
  }
}
