import type { AuditResult } from "../../model/audit-result.ts";
import type { Section } from "./data-table.ts";
import { markup } from "./markup.ts";

/** What the words of the page mean, and what the page can't say. */
export function aboutSection({ tool }: AuditResult): Section {
  const terms = [
    ["Live value", "the newest revision of a key that is not deleted: what the API server reads."],
    [
      "Superseded revision",
      "an older revision of a key that is still stored. Compaction removes it; from a backup nothing does.",
    ],
    [
      "Freed page, file tail",
      "bytes of the database file that the store no longer uses. They stay until they are overwritten or the member is defragmented.",
    ],
    ["WAL", "etcd's write-ahead log: writes as they came in."],
    ["Revision", "etcd's clock: each change raises it by one. Times are not stored."],
    [
      "Provider, key name, key ID",
      "as in the EncryptionConfiguration, and in the prefix k8s:enc: of each stored value.",
    ],
    ["Not encrypted", "stored through the provider identity: without that prefix."],
  ] as const;
  return {
    id: "about",
    title: "About this report",
    body: markup`<dl class="terms">
${terms.map(([term, words]) => markup`<div><dt>${term}</dt><dd>${words}</dd></div>\n`)}</dl>
<p>The verdict follows from the stored bytes alone: <b>pass</b> when all that was asked for was seen and no error was found, <b>fail</b> when one was, <b>incomplete</b> when something was not seen. Policy changes the exit code, never the verdict.</p>
<p>No stored value, nothing decrypted from one, no key and no password is in this page. Characters that can't be seen, or that turn text around, are written out, such as \\u{202e}. The page loads nothing and sends nothing: its Content-Security-Policy allows its own script and style sheet by their hashes, and nothing else. Written by ${tool.name} ${tool.version}.</p>
`,
  };
}
