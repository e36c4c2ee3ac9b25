/** A file's path as a URI (RFC 3986, RFC 8089): absolute where the path is, else relative to the folder of the run. */
export function pathUri(path: string): string {
  const encoded = path.split("/").map(encodeForUri).join("/");
  return path.startsWith("/") ? `file://${encoded}` : encoded;
}

/** For one segment of a URI's path. Half a surrogate pair, which UTF-8 can't hold, becomes U+FFFD. */
export function encodeForUri(text: string): string {
  return encodeURIComponent(Buffer.from(text, "utf8").toString("utf8"));
}
