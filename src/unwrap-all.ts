import type { AuditOptions } from "./audit.ts";
import { AuditError } from "./errors.ts";
import { readInForce } from "./in-force.ts";
import type { UnwrappedDataKeys } from "./kms/unwrapped-data-keys.ts";
import type { IncompleteReason } from "./model/source-facts.ts";
import { readAgainWhenOvertaken } from "./read-source.ts";

/** The data keys of all values, unwrapped by the plugins, and why some are not. */
export interface UnwrappedAll {
  /** To be wiped when the values have been opened. */
  readonly dataKeys: UnwrappedDataKeys;
  readonly reasons: readonly IncompleteReason[];
}

/**
 * Reads the source a first time, for its wrapped data keys alone, and has the plugins unwrap each once.
 * @throws AuditError USAGE where there is no configuration, or what must be read twice is standard input
 */
export async function unwrapAll(options: AuditOptions, keys: { readonly decrypts: boolean }): Promise<UnwrappedAll> {
  const given = options.configurations ?? [];
  const paths = "unencrypted" in given ? [] : given;
  if (paths.length === 0 || !keys.decrypts) {
    throw new AuditError("USAGE", "KMS plugins that unwrap data keys are found through a configuration", {
      nextStep: "name it with --encryption-config, and leave --no-decrypt out",
    });
  }
  if ([...paths, options.path].includes("-")) {
    throw new AuditError("USAGE", "with --kms-decrypt everything is read twice, and standard input can't be", {
      nextStep: "name a file",
    });
  }
  const [{ WrappedDataKeys }, { unwrapDataKeys }] = await Promise.all([
    import("./kms/wrapped-data-keys.ts"),
    import("./kms/unwrap-data-keys.ts"),
  ]);
  const wrapped = new WrappedDataKeys();
  const inForce = await readInForce(given, { dataKeys: wrapped });
  const { facts } = await readAgainWhenOvertaken({ ...options, residue: false }, inForce);
  options.onNotice?.(`asking the KMS plugins to unwrap ${wrapped.size} data keys`);
  const dataKeys = await unwrapDataKeys(wrapped, options.signal === undefined ? {} : { signal: options.signal });
  const notAsked = dataKeys
    .counts()
    .flatMap(({ provider, notAsked: count, error }) =>
      count === 0
        ? []
        : [
            `${count} data keys of ${provider.kind}/${provider.name} were not unwrapped (${error?.message ?? "interrupted"})`,
          ],
    );
  const notKept =
    dataKeys.notKept === 0 ? [] : [`the data keys of ${dataKeys.notKept} values were too many to ask for`];
  const ofPlugins = [...notAsked, ...notKept].map((message) => ({ code: "kms-plugin", message }) as const);
  return { dataKeys, reasons: [...facts.incompleteReasons, ...ofPlugins] };
}
