import type { FlagValue } from "../flag.ts";
import { isFrom, type Version } from "../version.ts";

/** Modes whose graphs are cut at attention, which only compiled models have. */
const PIECEWISE: ReadonlySet<string> = new Set(["PIECEWISE", "FULL_AND_PIECEWISE"]);

/**
 * Whether flags leave the steps of vLLM without CUDA graphs. A model that is not compiled has none but those of modes FULL and
 * FULL_DECODE_ONLY. Source: vllm/config/vllm.py, __post_init__ (requires_piecewise_compilation).
 */
export function asksNoGraphs(value: (flag: string) => FlagValue | undefined, version: Version): boolean {
  if (value("enforce-eager") === true) return true;
  const graphs = String(value("compilation-config.cudagraph_mode") ?? "FULL_AND_PIECEWISE").toUpperCase();
  return graphs === "NONE" || (PIECEWISE.has(graphs) && !isCompiled(value, version));
}

function isCompiled(value: (flag: string) => FlagValue | undefined, version: Version): boolean {
  const mode = value("compilation-config.mode");
  if (mode !== undefined) return Number(mode) === 3 || String(mode).toUpperCase() === "VLLM_COMPILE";
  const level = value("optimization-level");
  if (level === undefined) return true;
  return isFrom(version, "0.12") ? Number(level) > 0 : Number(level) === 3;
}
