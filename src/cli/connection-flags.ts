import { readFile } from "node:fs/promises";
import { type Command, Option } from "commander";
import { AuditError, systemCode } from "../errors.ts";
import type { ConnectionOptions } from "../model/connection-options.ts";
import { Secret } from "../model/secret.ts";
import { durationMilliseconds } from "./duration.ts";
import { positiveInteger } from "./option-values.ts";

/** The flags with which etcdctl connects, as commander gives them. */
export interface ConnectionFlags {
  readonly endpoints: string;
  readonly cacert?: string;
  readonly cert?: string;
  readonly key?: string;
  readonly user?: string;
  readonly password?: string;
  readonly passwordFile?: string;
  readonly insecureSkipTlsVerify?: boolean;
  readonly dialTimeout: number;
  readonly commandTimeout: number;
  readonly maxBytesPerSecond?: number;
}

const DEFAULT_ENDPOINTS = "127.0.0.1:2379";
/** What Go's strconv.ParseBool takes. */
const TRUE = ["1", "t", "T", "true", "TRUE", "True"];
const FALSE = ["0", "f", "F", "false", "FALSE", "False"];
const SKIP_VERIFY_VARIABLE = "ETCDCTL_INSECURE_SKIP_TLS_VERIFY";

/** Adds etcdctl's connection flags; each reads its environment variable too (etcd pkg/flags: FlagToEnv). */
export function addConnectionFlags(command: Command): Command {
  return command
    .addOption(flag("--endpoints <url,...>", "etcd's client URLs", "ETCDCTL_ENDPOINTS").default(DEFAULT_ENDPOINTS))
    .addOption(flag("--cacert <file>", "authorities to trust, PEM", "ETCDCTL_CACERT"))
    .addOption(flag("--cert <file>", "client certificate, PEM", "ETCDCTL_CERT"))
    .addOption(flag("--key <file>", "its key, PEM", "ETCDCTL_KEY"))
    .addOption(flag("--user <name[:password]>", "user", "ETCDCTL_USER"))
    .addOption(flag("--password <password>", "its password; shows in the process list", "ETCDCTL_PASSWORD"))
    .option("--password-file <file>", "a file whose first line is the password")
    .option("--max-bytes-per-second <bytes>", "never read faster than this", positiveInteger)
    .option("--insecure-skip-tls-verify", `accept any certificate of the server (env: ${SKIP_VERIFY_VARIABLE})`)
    .addOption(
      flag("--dial-timeout <duration>", "until a connection stands", "ETCDCTL_DIAL_TIMEOUT")
        .default(2000, "2s")
        .argParser(durationMilliseconds),
    )
    .addOption(
      flag("--command-timeout <duration>", "until an answer is there", "ETCDCTL_COMMAND_TIMEOUT")
        .default(5000, "5s")
        .argParser(durationMilliseconds),
    );
}

/** A flag with its variable. An empty variable counts as none, as with etcdctl. */
function flag(flags: string, description: string, variable: string): Option {
  if (process.env[variable] === "") delete process.env[variable];
  return new Option(flags, description).env(variable);
}

/** commander takes the variable of a flag without a value for true, whatever it says. */
function skipsVerification(given: boolean | undefined): boolean {
  const text = process.env[SKIP_VERIFY_VARIABLE] ?? "";
  if (given !== undefined || text === "") return given ?? false;
  if (TRUE.includes(text)) return true;
  if (FALSE.includes(text)) return false;
  throw new AuditError("USAGE", `${SKIP_VERIFY_VARIABLE} is neither true nor false`, {
    nextStep: "set it to true or false",
  });
}

/**
 * What the flags say, with the files that they name read.
 * @throws AuditError USAGE for flags that don't go together or files that can't be read
 */
export async function connectionOptions(flags: ConnectionFlags): Promise<ConnectionOptions> {
  if ((flags.cert === undefined) !== (flags.key === undefined)) {
    throw new AuditError("USAGE", "--cert and --key go together", { nextStep: "give both or neither" });
  }
  const endpoints = flags.endpoints
    .split(",")
    .map((endpoint) => endpoint.trim())
    .filter((endpoint) => endpoint !== "");
  if (endpoints.length === 0)
    throw new AuditError("USAGE", "--endpoints names no endpoint", { nextStep: "give host:port or a URL" });
  return {
    endpoints,
    tls: {
      ...(flags.cacert === undefined ? {} : { authorities: await file("--cacert", flags.cacert) }),
      ...(flags.cert === undefined ? {} : { certificate: await file("--cert", flags.cert) }),
      ...(flags.key === undefined
        ? {}
        : { key: new Secret(Buffer.from(await file("--key", flags.key)).toString("utf8")) }),
    },
    insecureSkipTlsVerify: skipsVerification(flags.insecureSkipTlsVerify),
    user: await userOf(flags),
    dialTimeout: flags.dialTimeout,
    commandTimeout: flags.commandTimeout,
    maxBytesPerSecond: flags.maxBytesPerSecond ?? null,
  };
}

async function userOf({ user, password, passwordFile }: ConnectionFlags): Promise<ConnectionOptions["user"]> {
  if (user === undefined) return null;
  // The file first: the password may come from the environment, and a file is named on the command line only.
  if (passwordFile !== undefined) {
    const text = Buffer.from(await file("--password-file", passwordFile)).toString("utf8");
    const [line = ""] = text.split(/\r?\n/, 1);
    if (line === "")
      throw new AuditError("USAGE", `--password-file ${passwordFile} begins with an empty line`, {
        nextStep: "put the password on its first line",
      });
    return { name: user, password: new Secret(line) };
  }
  if (password !== undefined) return { name: user, password: new Secret(password) };
  const colon = user.indexOf(":");
  const name = colon === -1 ? user : user.slice(0, colon);
  if (colon !== -1) return { name, password: new Secret(user.slice(colon + 1)) };
  throw new AuditError("USAGE", `--user ${name} comes without a password`, {
    nextStep: "give --password-file FILE, or set ETCDCTL_PASSWORD",
  });
}

async function file(flag: string, path: string): Promise<Uint8Array> {
  try {
    return await readFile(path);
  } catch (error) {
    throw new AuditError("USAGE", `${flag} ${path} can't be read (${systemCode(error)})`, {
      nextStep: "check the path and its rights",
      cause: error,
    });
  }
}
