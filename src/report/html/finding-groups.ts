import type { Finding } from "../../model/finding.ts";
import type { SourceFacts } from "../../model/source-facts.ts";
import type { StoredValue } from "../../model/stored-value.ts";
import { escapeForTerminal, keyLine } from "../escape.ts";
import { findingRow } from "../finding-row.ts";
import { keyLabel } from "../key-label.ts";
import { messageOf, remediationOf } from "../words.ts";
import { type FindingGroup, type FindingRow, fillMessage, MARKS, objectText, SAME_NAMESPACE } from "./finding-data.ts";

/** Numbers that no message has by chance: they stand for a row's own until they are marked. */
const REVISION_STAND_IN = Number.MAX_SAFE_INTEGER;
const OFFSET_STAND_IN = Number.MAX_SAFE_INTEGER - 1;

/** A group, and how many findings are in it. */
export interface CountedGroup extends FindingGroup {
  count: number;
}

/** Turns findings into rows, and collects the groups that the rows refer to: memory grows with the groups alone. */
export class FindingGroups {
  readonly groups: CountedGroup[] = [];
  private readonly sources: readonly SourceFacts[];
  private readonly numbers = new Map<string, number>();
  /** Numbers for the texts and classes that tell groups apart. */
  private readonly parts = new Map<unknown, number>();
  private lastNamespace: string | null | undefined;
  private lastRemediation = { text: "", shown: "" };

  constructor(sources: readonly SourceFacts[]) {
    this.sources = sources;
  }

  /** The row of one finding. Call it in the order of the rows. */
  rowOf(finding: Finding): FindingRow {
    const { subject } = finding;
    return subject.kind === "value" ? this.valueRow(finding, subject.value) : this.singleRow(finding);
  }

  private valueRow(finding: Finding, value: StoredValue): FindingRow {
    const { modRevision, createRevision } = value;
    const offset = value.offset ?? undefined;
    const namespace = shown(value.namespace);
    const name = shown(value.name);
    const object = objectText(namespace, name);
    const etcdKey = keyLine(value.key).text;
    const keyPrefix = etcdKey.endsWith(object) ? etcdKey.slice(0, etcdKey.length - object.length) : null;
    const number = this.numberOf(finding, value, keyPrefix);
    const group = this.groups[number] as CountedGroup;
    group.count++;
    const isSame = namespace === this.lastNamespace;
    this.lastNamespace = namespace;
    const shownNamespace = isSame ? SAME_NAMESPACE : namespace;
    const message = escapeForTerminal(messageOf(finding));
    const isUsual = message === fillMessage(group.message, object, modRevision, offset);
    const remediation = this.remediation(finding);
    const isUsualRemedy = remediation === group.remediation;
    if (isUsual && isUsualRemedy && keyPrefix !== null && offset === undefined) {
      return [number, shownNamespace, name, modRevision, createRevision];
    }
    const extras = {
      ...(keyPrefix === null ? { etcdKey } : {}),
      ...(isUsual ? {} : { message }),
      ...(isUsualRemedy ? {} : { remediation }),
      ...(offset === undefined ? {} : { offset }),
    };
    return [number, shownNamespace, name, modRevision, createRevision, extras];
  }

  /** A finding about a source or a configuration is a group of its own: there are few. */
  private singleRow(finding: Finding): FindingRow {
    const row = findingRow(finding, this.sources);
    const key = { provider: row.provider, keyName: row.keyName, keyId: row.keyId, kekVersion: row.kekVersion };
    this.groups.push({
      kind: finding.kind,
      level: finding.level,
      resource: shown(row.resource),
      key: row.provider === null ? null : keyLabel(key),
      location: null,
      source: finding.source,
      file: shown(row.file),
      keyPrefix: null,
      message: escapeForTerminal(row.message),
      remediation: this.remediation(finding),
      count: 1,
    });
    this.lastNamespace = null;
    const number = this.groups.length - 1;
    return row.line === null ? [number, null, null, 0, 0] : [number, null, null, 0, 0, { line: row.line }];
  }

  private numberOf(finding: Finding, value: StoredValue, keyPrefix: string | null): number {
    const { location, resource, valueClass, file, standing } = value;
    const parts: unknown[] = [finding.kind, finding.level, location, resource, valueClass, file, keyPrefix];
    if (standing !== null) parts.push(standing.outcome, standing.writeKey.provider, standing.writeKey.name);
    let id = `${finding.source} ${value.modRevision === 0} ${value.offset === null} ${value.name === null}`;
    for (const part of parts) id += ` ${this.partNumber(part)}`;
    const known = this.numbers.get(id);
    if (known !== undefined) return known;
    const number = this.groups.push(this.newGroup(finding, value, keyPrefix)) - 1;
    this.numbers.set(id, number);
    return number;
  }

  private partNumber(part: unknown): number {
    let number = this.parts.get(part);
    if (number === undefined) {
      number = this.parts.size;
      this.parts.set(part, number);
    }
    return number;
  }

  private newGroup(finding: Finding, value: StoredValue, keyPrefix: string | null): CountedGroup {
    return {
      kind: finding.kind,
      level: finding.level,
      resource: escapeForTerminal(value.resource),
      key: keyLabel(value.valueClass),
      location: value.location,
      source: finding.source,
      file: shown(value.file),
      keyPrefix,
      message: messageTemplate(finding, value),
      remediation: this.remediation(finding),
      count: 0,
    };
  }

  /** Neighbours mostly say the same, and it is long: it is made safe to show once. */
  private remediation(finding: Finding): string {
    const text = remediationOf(finding, finding.source === null ? undefined : this.sources[finding.source]);
    if (text !== this.lastRemediation.text) this.lastRemediation = { text, shown: escapeForTerminal(text) };
    return this.lastRemediation.shown;
  }
}

/** What all findings of a group say, with marks in place of what each row has of its own. */
function messageTemplate(finding: Finding, value: StoredValue): string {
  const marked: StoredValue = {
    ...value,
    namespace: null,
    name: value.name === null ? null : MARKS.object,
    modRevision: value.modRevision === 0 ? 0 : REVISION_STAND_IN,
    offset: value.offset === null ? null : OFFSET_STAND_IN,
  };
  return escapeForTerminal(messageOf({ ...finding, subject: { kind: "value", value: marked } }))
    .replaceAll(String(REVISION_STAND_IN), MARKS.revision)
    .replaceAll(String(OFFSET_STAND_IN), MARKS.offset);
}

function shown(text: string | null): string | null {
  return text === null ? null : escapeForTerminal(text);
}
