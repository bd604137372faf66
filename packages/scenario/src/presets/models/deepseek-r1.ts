import type { Preset } from "../preset.ts";
import { deepseekV3 } from "./deepseek-v3.ts";

export const deepseekR1: Preset = {
  about: "DeepSeek-R1: the sizes of DeepSeek-V3",
  source: "config.json of deepseek-ai/DeepSeek-R1",
  values: deepseekV3.values,
};
