import type { Preset } from "../preset.ts";

export const llama3: Preset = {
  about: "unexpected interruptions of the training of Llama 3 405B: one in 50,677 hours of a GPU",
  source: "Llama 3 (arXiv 2407.21783, table 5): 419 on 16,384 H100 in 54 days, of every cause",
  values: { mtbfPerGpu: "50677 h" },
};
