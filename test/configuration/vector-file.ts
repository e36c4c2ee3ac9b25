import { readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";

const FOLDER = new URL("../fixtures/vectors/", import.meta.url);

/** A file of test/fixtures/vectors, plain or packed. */
export function readVectorFile<Content>(name: string): Content {
  let text: string;
  try {
    text = readFileSync(new URL(`${name}.json`, FOLDER), "utf8");
  } catch {
    text = gunzipSync(readFileSync(new URL(`${name}.json.gz`, FOLDER))).toString("utf8");
  }
  const content: Content = JSON.parse(text);
  return content;
}
