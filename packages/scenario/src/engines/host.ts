import type { Preset } from "../presets/preset.ts";
import type { Facts, Settings } from "./flag.ts";

/** The host time of a preset, key by key. */
export function hostOf({ values }: Preset): Settings {
  return Object.fromEntries(Object.entries(values).map(([key, value]) => [`serving.stepOverhead.${key}`, value]));
}

/** Reasons why values of a preset of host times are assumed, by key. */
export function standInsOf({ assumed = [] }: Preset): Readonly<Record<string, string>> {
  const reasons = assumed.flatMap((each) => (typeof each === "string" ? [] : [each]));
  return Object.fromEntries(reasons.map(({ path, because }) => [`serving.stepOverhead.${path}`, because]));
}

/**
 * The host's time to verify drafts and for each pass of a draft, as measured; none without drafts, and where the host stays ahead of the GPU
 * that hides it. Source: docs/models/scheduling.md#host-time.
 */
export function hostOfDrafts({ drafts }: Pick<Facts, "drafts">, isAhead: boolean, verify: string, draft: string): Settings {
  return drafts === 0 || isAhead ? {} : { "serving.stepOverhead.verify": verify, "serving.stepOverhead.draft": draft };
}
