import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { escapeForCsv, escapeForJson, escapeForTerminal, isSafeToShow, keyLine } from "../../src/report/escape.ts";

/** Any text, with what is dangerous in it far more often than chance would have it. */
const hostileText = fc
  .array(
    fc.oneof(
      fc.string({ unit: "binary" }),
      fc.constantFrom("\u001b[31m", "\u009b2J", "\u202e", "\u2066", "\u200b", "\ufeff", "\u2028", "\u00a0", "\ud800"),
      fc.constantFrom("\r\n", "\t", "\0", "\u007f", '"', ",", "'", "=1+1", "+", "-", "@", "\\", "\u{e0041}", "\u00ad"),
    ),
  )
  .map((parts) => parts.join(""));

/** Written apart from the product's own pattern: code points that no report may show raw. */
function hasDanger(text: string): boolean {
  return Array.from(text).some((character) => {
    const code = character.codePointAt(0) ?? 0;
    return (
      code < 0x20 ||
      (code >= 0x7f && code <= 0xa0) ||
      code === 0xad ||
      code === 0x61c ||
      (code >= 0x200b && code <= 0x200f) ||
      (code >= 0x2028 && code <= 0x202f) ||
      (code >= 0x2060 && code <= 0x206f) ||
      code === 0xfeff ||
      (code >= 0xd800 && code <= 0xdfff) ||
      (code >= 0xe0000 && code <= 0xe007f)
    );
  });
}

describe("for a terminal", () => {
  test("nothing that acts or hides is left, whatever the text", () => {
    fc.assert(fc.property(hostileText, (text) => !hasDanger(escapeForTerminal(text))));
  });

  test("a text that is safe stays as it is, in any script", () => {
    for (const text of ["", "a b", "größe", "秘密", "🔑", "back\\slash"]) expect(escapeForTerminal(text)).toBe(text);
  });

  test("escapes can be read", () => {
    expect(escapeForTerminal("\u001b[31m\n\r\t\u202e\u200b\u{e0041}")).toBe(
      "\\x1b[31m\\n\\r\\t\\u{202e}\\u{200b}\\u{e0041}",
    );
  });
});

describe("as JSON", () => {
  test("parsing gives back the text, and nothing in it acts on a screen", () => {
    fc.assert(
      fc.property(hostileText, (text) => {
        const json = escapeForJson(text);
        expect(JSON.parse(json)).toBe(text);
        expect(hasDanger(json)).toBe(false);
      }),
    );
  });
});

describe("for a CSV cell", () => {
  test("no cell starts a formula, spans a line or hides something", () => {
    fc.assert(
      fc.property(hostileText, (text) => {
        const cell = escapeForCsv(text);
        expect(hasDanger(cell)).toBe(false);
        expect(unquote(cell)).not.toMatch(/^[=+\-@]/);
      }),
    );
  });

  test("a safe text comes back as it was, behind a ' where it would start a formula", () => {
    fc.assert(
      fc.property(hostileText.filter(isSafeToShow), (text) => {
        const read = unquote(escapeForCsv(text));
        expect(read).toBe(/^[=+\-@＝＋－＠]/.test(text) ? `'${text}` : text);
      }),
    );
  });

  test.each([
    ["=1+1", "'=1+1"],
    ["@SUM(1,2)", '"\'@SUM(1,2)"'],
    ["-1", "'-1"],
    ["\tx", "'\\tx"],
    ["\rx", "'\\rx"],
    ['say "no"', '"say ""no"""'],
  ])("%j is written %j", (text, cell) => {
    expect(escapeForCsv(text)).toBe(cell);
  });

  test("numbers are numbers and null is empty", () => {
    expect(escapeForCsv(-5)).toBe("-5");
    expect(escapeForCsv(null)).toBe("");
  });
});

describe("a key on a line", () => {
  test("is the key itself or JSON of it, and which of the two can be told", () => {
    fc.assert(
      fc.property(
        fc.oneof(
          hostileText.map((text) => Buffer.from(text)),
          fc.uint8Array(),
        ),
        (key) => {
          const { text, quoted } = keyLine(key);
          expect(hasDanger(text)).toBe(false);
          expect(quoted).toBe(text.startsWith('"') || text.startsWith("{"));
          expect(readKeyLine(text).equals(key)).toBe(true);
        },
      ),
    );
  });
});

function unquote(cell: string): string {
  return cell.startsWith('"') ? cell.slice(1, -1).replaceAll('""', '"') : cell;
}

function readKeyLine(line: string): Buffer {
  if (line.startsWith('"')) return Buffer.from(JSON.parse(line) as string);
  if (line.startsWith("{")) return Buffer.from((JSON.parse(line) as { keyBase64: string }).keyBase64, "base64");
  return Buffer.from(line);
}
