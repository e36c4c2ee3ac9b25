import type { UnwrappedDek } from "../proof/kms-envelope.ts";
import { KmsPlugin } from "./kms-plugin.ts";
import { pluginIdentity } from "./kms-providers.ts";
import { KmsPluginError } from "./plugin-error.ts";
import { keyIdInForce, type PluginReport } from "./plugin-report.ts";
import { type AskedPlugin, UnwrappedDataKeys } from "./unwrapped-data-keys.ts";
import type { DecryptRequests, WrappedDataKeys } from "./wrapped-data-keys.ts";

/** How the plugins are asked. */
export interface UnwrapOptions {
  /** What `askPlugins` gave: from it values are told stale by their key ID. Without it none is. */
  readonly reports?: readonly PluginReport[];
  /** Ends the asking; what was not asked by then stays not known. */
  readonly signal?: AbortSignal;
  /** Calls under way at a time for each plugin; the remote KMS may limit their rate. Default 4. */
  readonly concurrency?: number;
  /** Told how many wrapped data keys have been dealt with, of how many. */
  readonly onProgress?: (done: number, total: number) => void;
}

const CONCURRENCY = 4;
/** How often in a row a plugin may fail to answer: each time may take its whole timeout. */
const MOST_FAILURES = 3;
/** How many refusals are asked to be repeated, since many plugins call a passing trouble of the remote service so too. */
const MOST_CONFIRMED = 10;
const NEVER = new AbortController().signal;

/**
 * Second step of `--kms-decrypt`: has each wrapped data key unwrapped by its plugin, and asks again when the plugin did not
 * answer or refused. One that does not answer three times in a row is not asked further. Never throws for a
 * plugin's sake: what became of each key is in the result, which the caller wipes when done.
 */
export async function unwrapDataKeys(
  wrapped: WrappedDataKeys,
  options: UnwrapOptions = {},
): Promise<UnwrappedDataKeys> {
  let done = 0;
  const plugins = wrapped.requests().map((requests) => {
    const tick = (): void => options.onProgress?.(++done, wrapped.size);
    return new Asking(requests, options.signal ?? NEVER, tick).all(options);
  });
  return new UnwrappedDataKeys(await Promise.all(plugins), wrapped.notKept);
}

/** The questions to one plugin, several under way at a time. */
class Asking {
  private readonly requests: DecryptRequests;
  private readonly signal: AbortSignal;
  private readonly tick: () => void;
  private readonly keys: UnwrappedDek[];
  private next = 0;
  private failures = 0;
  private refusals = 0;
  private error: KmsPluginError | null = null;

  constructor(requests: DecryptRequests, signal: AbortSignal, tick: () => void) {
    this.requests = requests;
    this.signal = signal;
    this.tick = tick;
    this.keys = new Array<UnwrappedDek>(requests.table.size).fill("not-known");
  }

  async all({ reports = [], concurrency = CONCURRENCY }: UnwrapOptions): Promise<AskedPlugin> {
    const { provider, table, hasSeeds } = this.requests;
    const plugin = this.open();
    if (plugin !== null) {
      await Promise.all(Array.from({ length: concurrency }, () => this.ask(plugin)));
      plugin.close();
    }
    const identity = pluginIdentity(provider);
    const report = reports.find((each) => pluginIdentity(each.provider) === identity);
    const keyId = report === undefined ? null : keyIdInForce(report);
    const currentKey = keyId === null ? undefined : ({ keyId, dekSourceType: hasSeeds ? "seed" : "key" } as const);
    return { provider, table, keys: this.keys, currentKey, error: this.error };
  }

  private open(): KmsPlugin | null {
    try {
      return new KmsPlugin(this.requests.provider, this.signal);
    } catch (error) {
      this.note(error);
      return null;
    }
  }

  private async ask(plugin: KmsPlugin): Promise<void> {
    while (this.next < this.keys.length && this.failures < MOST_FAILURES && !this.signal.aborted) {
      const number = this.next++;
      this.keys[number] = await this.answer(plugin, number);
      this.tick();
    }
  }

  private async answer(plugin: KmsPlugin, number: number): Promise<UnwrappedDek> {
    const request = this.requests.table.bytesOf(number);
    for (let wasRefused = false; ; ) {
      try {
        const key = await plugin.decrypt(request);
        this.failures = 0;
        return key;
      } catch (error) {
        const { isRefusal } = this.note(error);
        this.failures = isRefusal ? 0 : this.failures + 1;
        if (isRefusal && (wasRefused || this.refusals++ >= MOST_CONFIRMED)) return "refused";
        wasRefused = isRefusal;
        if (this.failures >= MOST_FAILURES || this.signal.aborted) return "not-known";
      }
    }
  }

  /** Keeps the first error to tell of. */
  private note(error: unknown): KmsPluginError {
    if (!(error instanceof KmsPluginError)) throw error;
    this.error ??= error;
    return error;
  }
}
