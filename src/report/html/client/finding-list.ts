import { COLUMNS, type Column, cellText, type ShownFinding, shownFinding } from "../finding-cells.ts";
import { type FindingGroup, type FindingRow, SAME_NAMESPACE } from "../finding-data.ts";

/** All findings of the page, read from its data. A finding is made when it is asked for. */
export class FindingList {
  readonly size: number;
  private readonly rows: readonly FindingRow[];
  private readonly groups: readonly FindingGroup[];
  private readonly namespaces: (string | null)[];
  /** Lower-case text of each finding, made with the first search. */
  private texts: string[] | undefined;

  constructor(rows: readonly FindingRow[], groups: readonly FindingGroup[]) {
    this.rows = rows;
    this.groups = groups;
    this.size = rows.length;
    let namespace: string | null = null;
    this.namespaces = rows.map(([, own]) => {
      if (own !== SAME_NAMESPACE) namespace = own;
      return namespace;
    });
  }

  /**
   * One finding.
   * @throws RangeError where there is none of that number
   */
  at(index: number): ShownFinding {
    const row = this.rows[index];
    if (row === undefined) throw new RangeError(`no finding has the number ${index}`);
    return shownFinding(row, this.groups, this.namespaces[index] ?? null);
  }

  /** What a search looks into. */
  textOf(index: number): string {
    this.texts ??= this.rows.map((_, each) => searchedText(this.at(each)));
    return this.texts[index] ?? "";
  }
}

function searchedText(finding: ShownFinding): string {
  const cells = COLUMNS.map(([column]: readonly [Column, string]) => cellText(finding, column));
  return [...cells, finding.etcdKey ?? "", finding.group.file ?? "", finding.message].join("\n").toLowerCase();
}
