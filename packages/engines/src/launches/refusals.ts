import type { Engine, Scenario } from "@tokenyard/scenario";
import type { ImportProblem } from "../place.ts";

/** Features of a scenario that no launch of `engine` can have. */
export function refusals(
  { serving, parallelism, rebalance, routing, expertCache, engine }: Scenario,
  { name, title }: Engine,
): ImportProblem[] {
  const problems: ImportProblem[] = [];
  const refuse = (subject: string, given: string, wanted: string) => problems.push({ subject, given, wanted });
  const kinds = name === "sglang" ? ["prefill-first", "continuous"] : ["continuous"];
  if (!kinds.includes(serving.scheduler.kind))
    refuse(
      "serving.scheduler",
      `${serving.scheduler.kind}, which ${title} does not have`,
      `${kinds.join(" or ")}${byEngine(engine, name)}`,
    );
  if (parallelism.layers === "own-ranks") refuse("parallelism.layers", `own-ranks, which ${title} does not have`, "shared-ranks");
  if ((parallelism.interleave ?? 1) > 1)
    refuse("parallelism.interleave", `${parallelism.interleave} slices of a stage, which ${title} does not have`, "1");
  if (rebalance?.kind === "greedy") refuse("rebalance", `greedy, which ${title} does not have`, "eplb");
  if (routing.placement?.kind === "map" || routing.placement?.kind === "packed")
    refuse("routing.placement", `${routing.placement.kind}, which no flag says`, "contiguous, round-robin or redundant");
  if (expertCache !== undefined) refuse("expertCache", `experts outside the GPU, which ${title} does not have`, "none");
  if (name === "trtllm" && serving.overlap.kind !== "none") refuse("serving.overlap", `two-batch, which ${title} does not have`, "none");
  if (name === "trtllm" && rebalance !== undefined) refuse("rebalance", "eplb, which no flag of TensorRT-LLM says", "none");
  return problems;
}

/** What would work where a scheduler was not stated, but set by another engine. */
function byEngine(engine: Scenario["engine"], target: Engine["name"]): string {
  const isSet = engine?.set !== undefined && ("serving.scheduler.kind" in engine.set || "serving.scheduler" in engine.set);
  return isSet && engine.name !== target ? `, as --set engine=${target} has unasked` : "";
}
