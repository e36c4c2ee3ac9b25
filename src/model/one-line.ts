/**
 * A text from outside, safe on a terminal: one line, no control bytes, not without end.
 * @param longest in UTF-16 code units, beyond which it is cut
 */
export function oneLine(text: string, longest = 100): string {
  const line = text.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]+/gu, " ").trim();
  return line.length <= longest ? line : `${line.slice(0, longest)}...`;
}
