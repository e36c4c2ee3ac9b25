/** One finding about a value: 40 bytes. src/engine/findings.ts reads the same layout. */
@unmanaged
export class Finding {
  main: f64;
  createRevision: f64;
  /** Of what is not stored: bytes from the beginning of its file. */
  where: f64;
  key: u32;
  cell: u32;
  /** The place of its kind among those of its cell. */
  kind: u32;
  /** Number of the area, of what is not stored. */
  area: u32;
}
