import { type Browser, chromium as playwright } from "playwright-core";
import type { Chromium } from "./find-chromium.ts";

/** Starts a browser without a window. */
export function launch({ executable, env }: Chromium): Promise<Browser> {
  return playwright.launch({ executablePath: executable, env: { ...definedEnvironment(), ...env } });
}

function definedEnvironment(): Record<string, string> {
  return Object.fromEntries(Object.entries(process.env).filter((entry): entry is [string, string] => !!entry[1]));
}
