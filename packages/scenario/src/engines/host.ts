import type { Preset } from "../presets/preset.ts";
import type { Settings } from "./flag.ts";

/** The host time of a preset, key by key. */
export function hostOf({ values }: Preset): Settings {
  return Object.fromEntries(Object.entries(values).map(([key, value]) => [`serving.stepOverhead.${key}`, value]));
}
