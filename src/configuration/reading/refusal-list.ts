import type { Refusal, RefusalReason } from "../refusal.ts";

/**
 * Refusals as the API server gives them: all that decoding found; if that is nothing, all that validation found; and
 * if that is nothing too, what hindered the building of rules (apiserver pkg/server/options/encryptionconfig/config.go:
 * LoadEncryptionConfig).
 */
export class RefusalList {
  private readonly decoding: Refusal[] = [];
  private readonly validation: Refusal[] = [];
  private readonly building: Refusal[] = [];

  /** The file does not have the form of a configuration. */
  addDecoding(line: number, reason: RefusalReason): void {
    this.decoding.push({ line, reason });
  }

  /** The file has the form and breaks a rule. */
  addValidation(line: number, reason: RefusalReason): void {
    this.validation.push({ line, reason });
  }

  /** The file breaks no rule by itself, and a part of it could never apply. */
  addBuilding(line: number, reason: RefusalReason): void {
    this.building.push({ line, reason });
  }

  /** Those that count, in the order of their lines. */
  get refusals(): readonly Refusal[] {
    const counting = [this.decoding, this.validation, this.building].find((list) => list.length > 0);
    return [...(counting ?? [])].sort((a, b) => a.line - b.line);
  }
}
