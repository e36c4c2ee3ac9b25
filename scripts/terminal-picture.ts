/** Turns what a terminal shows into an SVG picture: text stays text, so it can be searched and scales. */

const ESCAPE = "\u001b[";
const CELL_WIDTH = 8.4;
const LINE_HEIGHT = 18;
const MARGIN = 16;

/** The styles that the reports use: SGR parameter -> how it looks. Readable on the dark ground below. */
const STYLES: Readonly<Record<string, string>> = {
  "1": "bold",
  "2": "dim",
  "31": "red",
  "32": "green",
  "33": "yellow",
  "36": "cyan",
};

const STYLE_SHEET = `text{font:14px ui-monospace,SFMono-Regular,Menlo,Consolas,"DejaVu Sans Mono",monospace;fill:#d7dae0;white-space:pre}
.bold{font-weight:700}.dim{fill:#8b919d}.red{fill:#ff7b72}.green{fill:#7ee787}.yellow{fill:#e3b341}.cyan{fill:#79c0ff}`;

/** A picture of text with ANSI colours, `columns` characters wide. */
export function terminalPicture(text: string, columns: number): string {
  const lines = text.replace(/\n$/, "").split("\n");
  const width = Math.ceil(columns * CELL_WIDTH + 2 * MARGIN);
  const height = lines.length * LINE_HEIGHT + 2 * MARGIN;
  const rows = lines.map((line, index) => {
    const y = MARGIN + index * LINE_HEIGHT + 13;
    return `<text x="${MARGIN}" y="${y}" xml:space="preserve">${spans(line)}</text>`;
  });
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img">
<style>${STYLE_SHEET}</style>
<rect width="100%" height="100%" rx="8" fill="#16181d"/>
${rows.join("\n")}
</svg>
`;
}

/** One line as tspans, one for each run of the same style. */
function spans(line: string): string {
  const active = new Set<string>();
  return line
    .split(ESCAPE)
    .map((part, index) => {
      if (index === 0) return escapeXml(part);
      const end = part.indexOf("m");
      apply(part.slice(0, end), active);
      const text = escapeXml(part.slice(end + 1));
      return active.size === 0 || text === "" ? text : `<tspan class="${[...active].join(" ")}">${text}</tspan>`;
    })
    .join("");
}

function apply(parameters: string, active: Set<string>): void {
  for (const parameter of parameters.split(";")) {
    const style = STYLES[parameter];
    if (style !== undefined) active.add(style);
    else if (parameter === "22") for (const weight of ["bold", "dim"]) active.delete(weight);
    else if (parameter === "39") for (const color of ["red", "green", "yellow", "cyan"]) active.delete(color);
    else active.clear();
  }
}

function escapeXml(text: string): string {
  return text.replace(/&/g, "&amp;").replace(/</g, "&lt;").replace(/>/g, "&gt;");
}
