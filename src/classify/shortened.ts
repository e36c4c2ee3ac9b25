/** In UTF-16 units. Nobody configures a longer name, and the API server accepts no longer key ID. */
const LONGEST = 2048;
const SHORTENED = 64;

/** A name or key ID as it is, but of one that only hostile data can hold its beginning: it could fill memory. */
export function shortened(text: string): string {
  return text.length <= LONGEST ? text : `${text.slice(0, SHORTENED)}… (${Buffer.byteLength(text)} bytes)`;
}
