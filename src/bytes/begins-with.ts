/** Whether the bytes from `offset` on, and before `limit`, begin with `wanted`. Allocates nothing. */
export function beginsWith(bytes: Uint8Array, offset: number, limit: number, wanted: Uint8Array): boolean {
  if (limit - offset < wanted.length) return false;
  for (let index = 0; index < wanted.length; index++) {
    if (bytes[offset + index] !== wanted[index]) return false;
  }
  return true;
}
