import type { z } from "zod";
import { AuditError } from "../errors.ts";
import { type ReportFinding, type ReportHead, reportSchema } from "../report/schema.ts";
import { ReportFile } from "./report-file.ts";
import { noReport, partsOf } from "./report-parts.ts";

const headSchema = reportSchema.omit({ findings: true, controls: true });
const findingSchema = reportSchema.shape.findings.element;
/** Fields without which a head is not whole. */
const REQUIRED = Object.entries(headSchema.shape)
  .filter(([, schema]) => !schema.isOptional())
  .map(([name]) => name);
const HEAD_FIELDS: ReadonlySet<string> = new Set(Object.keys(headSchema.shape));
const NO_FIELDS: ReadonlySet<string> = new Set();

/** A report that can be read as often as one likes, one finding at a time. */
export class ReportReader {
  readonly head: ReportHead;
  /** Lower-case hex SHA-256 of the file. */
  readonly sha256: string;
  private readonly file: ReportFile;

  /**
   * Opens a report and reads its head; of the findings, nothing is known yet.
   * @throws AuditError FILE_NOT_FOUND, FILE_NOT_READABLE, FILE_IS_A_FOLDER, NOT_A_REPORT, REPORT_DAMAGED
   */
  constructor(path: string) {
    this.file = ReportFile.open(path);
    try {
      this.sha256 = this.file.sha256();
      this.head = readHead(this.file);
    } catch (error) {
      this.file.close();
      throw error;
    }
  }

  /** As it was given. */
  get path(): string {
    return this.file.path;
  }

  /**
   * All findings in the order of the file. The report is whole only when this has ended without an error.
   * @throws AuditError NOT_A_REPORT, REPORT_DAMAGED, FILE_NOT_READABLE
   */
  *findings(): Generator<ReportFinding, void> {
    let number = 0;
    for (const part of partsOf(this.file, NO_FIELDS)) {
      if (part.kind !== "finding") continue;
      number++;
      const { data, error } = findingSchema.safeParse(part.value);
      if (error !== undefined) throw noReport(this.file, `: finding ${number}${placeOf(error)}`);
      if (data.source !== null && data.source >= this.head.sources.length) {
        throw noReport(this.file, `: finding ${number} is of a source that it does not list`);
      }
      yield data;
    }
  }

  /** Gives the file back. */
  close(): void {
    this.file.close();
  }
}

/** Reads no further than it must: a report of this program has its head in front. */
function readHead(file: ReportFile): ReportHead {
  const fields = new Map<string, unknown>();
  for (const part of partsOf(file, HEAD_FIELDS)) {
    if (part.kind === "field") fields.set(part.name, part.value);
    else if (part.kind === "findings" && REQUIRED.every((name) => fields.has(name))) break;
  }
  const version = fields.get("schemaVersion");
  if (typeof version === "string" && version !== reportSchema.shape.schemaVersion.value) {
    throw new AuditError("NOT_A_REPORT", `${file.path} has the schemaVersion ${version.slice(0, 20)}, not 1.0`, {
      nextStep: "read it with the version of this program that wrote it",
    });
  }
  const { data, error } = headSchema.safeParse(Object.fromEntries(fields));
  if (error !== undefined) throw noReport(file, `: it${placeOf(error)}`);
  return data;
}

/** Names a field of the schema only: what else a strange file says is not for the screen. */
function placeOf({ issues }: z.ZodError): string {
  const name = issues[0]?.path[0];
  const isKnown = typeof name === "string" && (name in reportSchema.shape || name in findingSchema.shape);
  return isKnown ? ` has no ${name} as a report has it` : " is not as in a report";
}
