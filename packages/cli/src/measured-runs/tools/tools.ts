import { aiperfRecords, aiperfSummary } from "./aiperf.ts";
import { sglangBenchServing, vllmBenchServe } from "./bench-serve.ts";
import { benchmarkReport } from "./benchmark-report.ts";
import { guideLlm } from "./guidellm.ts";
import { inferencePerf } from "./inference-perf.ts";
import { inferenceX } from "./inferencex.ts";
import { llmServingSim } from "./llmservingsim.ts";
import type { Tool } from "./tool.ts";

/** Tools whose files are read. */
export const TOOLS: readonly Tool[] = [
  vllmBenchServe,
  sglangBenchServing,
  guideLlm,
  aiperfSummary,
  aiperfRecords,
  inferencePerf,
  benchmarkReport,
  inferenceX,
  llmServingSim,
];
