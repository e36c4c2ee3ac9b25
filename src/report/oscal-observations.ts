import { fingerprintOf } from "../evidence/fingerprint.ts";
import { uuidOf } from "../evidence/uuid.ts";
import type { AuditResult } from "../model/audit-result.ts";
import { type Finding, POLICY_LEVELS } from "../model/finding.ts";
import { decodeEtcdKey } from "./etcd-key.ts";
import { pageOf } from "./finding-page.ts";
import type { KindDigest } from "./kind-digest.ts";
import { KIND_TITLES } from "./kind-titles.ts";
import { markdownName, markdownText } from "./markdown-text.ts";
import { kindUuid } from "./oscal-controls.ts";
import { oscalProps } from "./oscal-props.ts";
import { sourcePlace } from "./source-place.ts";
import { pathUri } from "./uri.ts";
import { messageOf, summaryOf } from "./words.ts";

/** Findings of one kind that have an observation of their own: OSCAL's tools hold a document whole. */
export const MOST_FINDINGS = 200;

/** For each kind of finding an observation, then one for each of its first findings. */
export function observations(result: AuditResult, digests: readonly KindDigest[], identity: string) {
  const collected = result.finishedAt.toISOString();
  const same = new Map<string, number>();
  return digests.flatMap((digest) => [
    ofKind(digest, collected, identity),
    ...digest.first.map((finding) => ofFinding(finding, collected, identity, same)),
  ]);
}

function ofKind({ kind, count, byLevel }: KindDigest, collected: string, identity: string) {
  const level = POLICY_LEVELS.find((each) => byLevel.has(each)) ?? "off";
  return {
    uuid: kindUuid(kind, identity),
    title: KIND_TITLES[kind],
    description: `${markdownText(summaryOf(kind, count))}.`,
    props: oscalProps({ kind, level, count }),
    methods: ["EXAMINE"],
    types: ["finding"],
    collected,
    remarks: `See \`${pageOf(kind)}\` in the package.`,
  };
}

function ofFinding(finding: Finding, collected: string, identity: string, same: Map<string, number>) {
  const { kind, level, source, subject } = finding;
  const fingerprint = fingerprintOf(finding);
  // In several sources, or several files of one, a finding can be the same as another.
  const id = `${source} ${fingerprint}`;
  const occurrence = same.get(id) ?? 0;
  same.set(id, occurrence + 1);
  const value = subject.kind === "value" ? subject.value : null;
  const place = subject.kind === "configuration" ? subject.detail : null;
  return {
    uuid: uuidOf("finding", fingerprint, source ?? -1, occurrence),
    title: KIND_TITLES[kind],
    description: `${markdownText(messageOf(finding))}.`,
    props: oscalProps({
      kind,
      level,
      fingerprint,
      "etcd-key": value === null ? null : keyText(value.key),
      resource: value?.resource ?? place?.resource ?? null,
      namespace: value?.namespace ?? null,
      name: value?.name ?? null,
      "mod-revision": value === null || value.modRevision === 0 ? null : value.modRevision,
      location: value?.location ?? null,
      file: value?.file ?? place?.file ?? null,
      line: place?.line ?? null,
    }),
    methods: ["EXAMINE"],
    types: ["finding"],
    ...(source === null
      ? {}
      : { "relevant-evidence": [{ href: `#${sourceUuid(source, identity)}`, description: "Found in it." }] }),
    collected,
  };
}

function keyText(key: Uint8Array): string {
  const decoded = decodeEtcdKey(key);
  return decoded.kind === "text" ? decoded.text : `base64:${decoded.base64}`;
}

/** The sources as back matter, with the hash of each file: what the findings are evidence of. */
export function sourceResources({ sources }: AuditResult, identity: string) {
  return sources.map(({ kind, path, endpoints, revision, sha256 }, index) => ({
    uuid: sourceUuid(index, identity),
    title: `Source ${index}: ${kind}`,
    description: markdownName(sourcePlace({ path, endpoints })),
    props: oscalProps({ kind, revision }),
    ...(path === null || sha256 === null
      ? {}
      : { rlinks: [{ href: pathUri(path), hashes: [{ algorithm: "SHA-256", value: sha256 }] }] }),
  }));
}

function sourceUuid(index: number, identity: string): string {
  return uuidOf("source", index, identity);
}
