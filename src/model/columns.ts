/** `to` with the content of `from` in front: how a column of numbers gets longer. */
export function grown<Column extends Uint8Array | Uint32Array | Float64Array>(from: Column, to: Column): Column {
  to.set(from);
  return to;
}
