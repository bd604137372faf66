import { AICONFIGURATOR_ATTENTION, AICONFIGURATOR_EXPERTS, AICONFIGURATOR_LINEAR } from "./aiconfigurator.ts";
import type { KernelImport } from "./kernel-import.ts";
import { LLMSERVINGSIM_ATTENTION, LLMSERVINGSIM_EXPERTS, LLMSERVINGSIM_HEADS, LLMSERVINGSIM_LAYERS } from "./llmservingsim.ts";
import { VIDUR_ATTENTION, VIDUR_LAYERS } from "./vidur.ts";

/** Every form that is known; the first whose columns a file has is the file's. */
export const KERNEL_IMPORTS: readonly KernelImport[] = [
  AICONFIGURATOR_LINEAR,
  AICONFIGURATOR_EXPERTS,
  AICONFIGURATOR_ATTENTION,
  VIDUR_LAYERS,
  VIDUR_ATTENTION,
  LLMSERVINGSIM_ATTENTION,
  LLMSERVINGSIM_EXPERTS,
  LLMSERVINGSIM_LAYERS,
  LLMSERVINGSIM_HEADS,
];
