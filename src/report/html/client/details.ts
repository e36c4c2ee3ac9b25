import { LOCATION_WORDS, type ShownFinding } from "../finding-cells.ts";
import { newElement, pageElement } from "./page-element.ts";

/** Opens a dialog with everything about one finding. */
export function openDetails(finding: ShownFinding, sources: readonly string[]): void {
  pageElement("details-title", HTMLHeadingElement).replaceChildren(
    newElement("span", `level ${finding.group.level}`, finding.group.level),
    " ",
    newElement("code", "", finding.group.kind),
  );
  pageElement("details-message", HTMLParagraphElement).textContent = `${finding.message}.`;
  pageElement("details-facts", HTMLDListElement).replaceChildren(...factsOf(finding, sources).map(factElement));
  pageElement("details-remedy", HTMLParagraphElement).replaceChildren(
    newElement("b", "", "To do:"),
    " ",
    ...finding.remediation.split("`").map((part, index) => (index % 2 === 1 ? newElement("code", "", part) : part)),
  );
  pageElement("details", HTMLDialogElement).showModal();
}

function factsOf(finding: ShownFinding, sources: readonly string[]): [label: string, text: string][] {
  const { group, namespace, name, modRevision, createRevision, etcdKey, offset, line } = finding;
  const facts: [string, string | number | null][] = [
    ["etcd key", etcdKey],
    ["Resource", group.resource],
    ["Namespace", namespace],
    ["Name", name],
    ["Provider and key", group.key],
    ["Where", group.location === null ? null : (LOCATION_WORDS[group.location] ?? group.location)],
    ["Revision", modRevision === 0 ? null : modRevision],
    ["Created at revision", createRevision === 0 ? null : createRevision],
    ["Source", group.source === null ? null : (sources[group.source] ?? group.source)],
    ["File", group.file],
    ["Line", line],
    ["Byte offset", offset],
  ];
  return facts.flatMap(([label, text]) => (text === null || text === "" ? [] : [[label, String(text)]]));
}

function factElement([label, text]: readonly [string, string]): HTMLDivElement {
  const fact = newElement("div");
  const value = newElement("dd");
  value.append(newElement("code", "", text));
  fact.append(newElement("dt", "", label), value);
  return fact;
}
