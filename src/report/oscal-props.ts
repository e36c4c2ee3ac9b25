import { escapeForTerminal } from "./escape.ts";

/** The namespace of the names below: they are not OSCAL's own. */
const NAMESPACE = "urn:etcd-encryption-auditor:oscal";
/** What OSCAL calls a string: not empty, no blank at either end. */
const STRING = /^\S(?:.*\S)?$/;

/** Properties by name, those without a value left out. Names from outside are made visible as on a terminal. */
export function oscalProps(values: Readonly<Record<string, string | number | null>>) {
  return Object.entries(values).flatMap(([name, value]) =>
    value === null || value === "" ? [] : [{ name, ns: NAMESPACE, value: oscalString(String(value)) }],
  );
}

function oscalString(text: string): string {
  const line = escapeForTerminal(text);
  return STRING.test(line) ? line : JSON.stringify(line);
}
