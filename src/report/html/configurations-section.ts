import type { AuditResult } from "../../model/audit-result.ts";
import type { ConfigurationFacts } from "../../model/configuration-facts.ts";
import { code, dataTable, factList, type Section } from "./data-table.ts";
import { type Markup, markup } from "./markup.ts";

/** The configurations that were given and what each rule stores with; null where none was. */
export function configurationsSection({ configs }: AuditResult): Section | null {
  if (configs.length === 0) return null;
  return { id: "configurations", title: "Configurations", body: markup`${configs.map(configuration)}` };
}

function configuration({ path, sha256, kind, resources }: ConfigurationFacts): Markup {
  const facts = factList([
    ["File", code(path)],
    ["SHA-256", code(sha256)],
    ["Kind", kind ?? "not accepted by the API server"],
  ]);
  if (resources.length === 0) return facts;
  const rows = resources.map(({ resource, writeKey, readKeys }) => [resource, writeKey, readKeys.join(", ")]);
  return markup`${facts}${dataTable(
    `Rules of ${path}`,
    [
      { title: "Resource", kind: "code" },
      { title: "Written with", kind: "code" },
      { title: "Read with", kind: "code" },
    ],
    rows,
  )}`;
}
