import type { PresetPlace } from "../schema/trait.ts";
import { a100 } from "./gpus/a100-80g.ts";
import { b200 } from "./gpus/b200.ts";
import { h100 } from "./gpus/h100-sxm.ts";
import { h200 } from "./gpus/h200-sxm.ts";
import { planCard } from "./gpus/plan-card.ts";
import { planModel } from "./models/plan-model.ts";
import type { Preset } from "./preset.ts";

/** Every preset by the place where it may be named. A new one is a file and a line here. */
export const PRESETS: Readonly<Record<PresetPlace, Readonly<Record<string, Preset>>>> = {
  gpu: { "a100-80g": a100, "h100-sxm": h100, "h200-sxm": h200, b200, "plan-card": planCard },
  model: { "plan-model": planModel },
  network: {},
};
