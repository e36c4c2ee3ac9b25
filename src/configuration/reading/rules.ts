import type { ConfiguredProvider, ResourceRule } from "../configuration.ts";
import { quotable } from "../quotable.ts";
import { parseResource, resourceText, rulesFor } from "../resource-name.ts";
import type { TextField } from "./field-set.ts";
import type { RefusalList } from "./refusal-list.ts";

/** One element of the top list `resources`, as it stands in the file. */
export interface Block {
  readonly resources: readonly TextField[];
  readonly providers: readonly ConfiguredProvider[];
}

/**
 * Joins the blocks of each resource in the order of the file, and refuses a name that an earlier wildcard masks
 * (apiserver encryptionconfig/config.go: getTransformerOverridesAndKMSPluginProbes).
 */
export function joinBlocks(blocks: readonly Block[], refusals: RefusalList): readonly ResourceRule[] {
  const rules = new Map<string, ResourceRule>();
  for (const { resources, providers } of blocks) {
    for (const { text, line } of resources) {
      const resource = resourceText(parseResource(text));
      const [, ...wildcards] = rulesFor(resource);
      const masking = wildcards.map((wildcard) => rules.get(wildcard)).find((rule) => rule !== undefined);
      if (masking !== undefined) {
        const by = quotable(masking.resource);
        refusals.addBuilding(line, { kind: "masked", resource: quotable(resource), by, byLine: masking.line });
        continue;
      }
      const earlier = rules.get(resource);
      rules.set(resource, {
        resource,
        line: earlier?.line ?? line,
        providers: [...(earlier?.providers ?? []), ...providers],
      });
    }
  }
  return [...rules.values()];
}
