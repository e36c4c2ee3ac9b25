const SCHEME = /^([A-Za-z][A-Za-z0-9+.-]*):/;
const ESCAPE = /%(?![0-9a-fA-F]{2})/;
const HOST = /^(?:\[[^\]]*\]|[A-Za-z0-9._~!$&'()*+,;=%"<>-]|[^\0-\x7f])*(?::\d*)?$/;

/** The scheme of a URL in lower case, empty if it has none; undefined if Go's net/url refuses the URL. */
export function schemeOf(url: string): string | undefined {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: Go refuses these characters.
  if (/[\0-\x1f\x7f]/.test(url) || url.startsWith(":")) return undefined;
  const scheme = SCHEME.exec(url)?.[1];
  if (scheme === undefined) {
    const [segment = ""] = url.split(/[/?#]/);
    return segment.includes(":") ? undefined : "";
  }
  const [withoutFragment = ""] = url.slice(scheme.length + 1).split("#");
  const [location = ""] = withoutFragment.split("?");
  if (ESCAPE.test(location)) return undefined;
  if (!location.startsWith("//")) return scheme.toLowerCase();
  const [authority = ""] = location.slice(2).split("/");
  const host = authority.slice(authority.lastIndexOf("@") + 1);
  return HOST.test(host) ? scheme.toLowerCase() : undefined;
}
