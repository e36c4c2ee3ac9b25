// Reads a JSON report of vitest. Prints "PASSED FAILED" on the first line, then what failed, a few lines of each.
import { readFileSync } from "node:fs";

/** Lines of each failure: enough to see what was expected. */
const MOST_LINES = 12;

const { numPassedTests, numFailedTests, testResults } = JSON.parse(readFileSync(process.argv[2], "utf8"));
process.stdout.write(`${numPassedTests} ${numFailedTests}\n`);
for (const { name, status, message, assertionResults } of testResults) {
  const failed = assertionResults.filter((each) => each.status === "failed");
  for (const { fullName, failureMessages } of failed) tell(`${name}: ${fullName}`, failureMessages.join("\n"));
  if (status === "failed" && failed.length === 0) tell(name, message);
}

function tell(what, why) {
  const lines = why.split("\n").slice(0, MOST_LINES);
  process.stdout.write(`FAILED ${what}\n${lines.map((line) => `  ${line}\n`).join("")}`);
}
