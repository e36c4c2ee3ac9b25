import { posix } from "node:path";

/** Part of a container's file system that is a file or folder of the host, or of something else. */
export interface Mount {
  readonly mountPath: string;
  /** Null where it is no part of the host's file system. */
  readonly hostPath: string | null;
}

/** An absolute path of the host, as it is seen from here: under the folder where the host's file system is mounted. */
export function underRoot(root: string | null, path: string): string {
  const whole = posix.resolve("/", path);
  return root === null ? whole : posix.join(root, whole);
}

/** Where a container's file lies on the host; null where it comes from nowhere on it. The innermost mount decides. */
export function throughMounts(mounts: readonly Mount[], path: string): string | null {
  const whole = posix.resolve("/", path);
  let innermost: Mount | undefined;
  for (const mount of mounts) {
    const isInside = isWithin(mount.mountPath, whole);
    if (isInside && mount.mountPath.length >= (innermost?.mountPath.length ?? 0)) innermost = mount;
  }
  if (innermost === undefined || innermost.hostPath === null) return null;
  return posix.join(innermost.hostPath, posix.relative(innermost.mountPath, whole));
}

function isWithin(folder: string, path: string): boolean {
  return folder === "/" || path === folder || path.startsWith(`${folder}/`);
}
