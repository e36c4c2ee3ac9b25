import type { RegistryFolder } from "./registry-folder.ts";

/**
 * Namespace and name of an object. Nothing is lost: the namespace and a slash where there is one, and the name, give
 * `rest` back.
 * @param rest the key after the folder and its slash; a name may hold slashes, as a key put by hand can
 */
export function objectName(
  folder: RegistryFolder,
  rest: string,
): { readonly namespace: string | null; readonly name: string | null } {
  const slash = folder.namespaced === false ? -1 : rest.indexOf("/");
  if (slash <= 0) return { namespace: null, name: rest === "" ? null : rest };
  const name = rest.slice(slash + 1);
  return { namespace: rest.slice(0, slash), name: name === "" ? null : name };
}
