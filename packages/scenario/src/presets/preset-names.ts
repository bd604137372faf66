import { part, type Written } from "../reading/written.ts";
import type { Scenario } from "../schema/scenario.ts";
import { writtenFor } from "../stated.ts";

/** Presets that are named, as far as defaults of an engine depend on them; empty where none is. */
export interface PresetNames {
  readonly gpu: string;
  readonly model: string;
}

/** The presets that `written` names. */
export function namesIn(written: Written | undefined): PresetNames {
  const named = (...path: readonly string[]) => {
    const name = [...path, "preset"].reduce<Written | undefined>(part, written);
    return name?.form === "scalar" && typeof name.value === "string" ? name.value : "";
  };
  return { gpu: named("cluster", "gpu"), model: named("model") };
}

/** The presets that the file of `scenario` names, where it is known. */
export function presetNames(scenario: Scenario): PresetNames {
  return namesIn(writtenFor(scenario));
}
