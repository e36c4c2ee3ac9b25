import { readFileSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { Ajv, type ValidateFunction } from "ajv";
import ajvDraft04 from "ajv-draft-04";
import ajvFormats from "ajv-formats";
import { validateXML } from "xmllint-wasm";

function schema(name: string): object {
  return JSON.parse(gunzipSync(readFileSync(join(import.meta.dirname, `${name}.schema.json.gz`))).toString()) as object;
}

/** The judge of SARIF logs. Its schema is of draft 04, and has a pattern that is none with the flag `u`. */
export function sarifValidator(): ValidateFunction {
  const ajv = new ajvDraft04.default({ strict: false, unicodeRegExp: false });
  ajvFormats.default(ajv);
  return ajv.compile(schema("sarif-2.1.0"));
}

/** The judge of OSCAL documents. */
export function oscalValidator(): ValidateFunction {
  const ajv = new Ajv({ strict: false });
  ajvFormats.default(ajv);
  return ajv.compile(schema("oscal-complete-1.2.2"));
}

/** What Jenkins' schema has against a JUnit report; empty: nothing. */
export async function junitErrors(xml: string): Promise<readonly string[]> {
  const { errors } = await validateXML({
    xml: { fileName: "junit.xml", contents: xml },
    schema: readFileSync(join(import.meta.dirname, "jenkins-junit.xsd"), "utf8"),
  });
  return errors.map(({ message }) => message);
}
