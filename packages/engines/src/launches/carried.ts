import { asksNoGraphs, type Engine, type FlagValue, type Layout, type PresetNames, type Scenario, settingsBy } from "@tokenyard/scenario";

/** Flags that follow from no key of a scenario: those stated for this engine, or steps without graphs as another engine was asked for. */
export function carriedFlags(
  { engine: spec }: Scenario,
  { name, withoutGraphs }: Engine,
  stated: ReadonlyMap<string, FlagValue>,
): ReadonlyMap<string, FlagValue> {
  return spec?.name !== name && asksNoGraphs(spec) ? new Map([...stated, [withoutGraphs.flag, withoutGraphs.at]]) : stated;
}

/**
 * Lowers the memory share of another engine in `given` to what SGLang takes by itself for the prompts of a rank: activations and graphs come
 * out of the share of others, and beside that of SGLang. Source: python/sglang/srt/server_args.py, _handle_gpu_memory_settings.
 */
export function lowerOthersShare(
  engine: Engine,
  scenario: Scenario,
  layout: Layout,
  names: PresetNames,
  given: Map<string, FlagValue>,
): void {
  const share = Number(given.get("mem-fraction-static"));
  if (engine.name !== "sglang" || scenario.engine?.name === "sglang" || Number.isNaN(share)) return;
  const flags = new Map(given);
  flags.delete("mem-fraction-static");
  const chunk = flags.get("chunked-prefill-size");
  if (chunk !== undefined) flags.set("chunked-prefill-size", Math.ceil(Number(chunk) / layout.attention.data)); // of all groups on the line
  const unasked = Number(settingsBy(engine, flags, scenario, names, layout).get("cluster.gpu.memoryShare"));
  if (unasked < share) given.set("mem-fraction-static", unasked);
}
