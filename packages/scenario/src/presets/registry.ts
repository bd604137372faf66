import type { PresetPlace } from "../schema/trait.ts";
import { planCard } from "./gpus/plan-card.ts";
import { planModel } from "./models/plan-model.ts";
import type { Preset } from "./preset.ts";

/** Every preset by the place where it may be named. A new one is a file and a line here. */
export const PRESETS: Readonly<Record<PresetPlace, Readonly<Record<string, Preset>>>> = {
  gpu: { "plan-card": planCard },
  model: { "plan-model": planModel },
  network: {},
};
