import type { Classifier } from "../classify/classifier.ts";
import type { Looked } from "../model/audit-result.ts";
import type { ClassCounts } from "./counts.ts";

/** How many encrypted values, live and superseded, were opened; what was not attempted or did not open is not verifiable. */
export function decryptedCounts(counts: ClassCounts, { classes }: Classifier): Looked["decrypted"] {
  const decrypted = { verified: 0, plausible: 0, notVerifiable: 0 };
  counts.visit((id, areas) => {
    if (classes.valueClass(id).state !== "encrypted") return;
    const proof = classes.standing(id)?.proof ?? "none";
    decrypted[proof === "none" ? "notVerifiable" : proof] += areas.head + areas.history;
  });
  return decrypted;
}
