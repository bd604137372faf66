import { DOORS, type Door, type DrawnCount, poolAlone, type Scenario, withoutPolicies } from "@tokenyard/scenario";

/** A scenario without the mechanisms that are not executed yet, and their names as phrases. */
export interface Executable {
  /** Scenario without a capacity of experts, as dropped copies are no mistake. */
  readonly scenario: Scenario;
  /** How copies over the capacity are dropped; undefined where none are. */
  readonly dropping: Scenario["routing"] | undefined;
  /** Whether prompts are cut into chunks. */
  readonly cutsPrompts: boolean;
  readonly leftOut: readonly string[];
}

/** What is executed in place of policies of plug-ins that no op asks here. Those of machines are asked; all others decide when ops run. */
const INSTEAD: Partial<Record<Door, string>> = {
  "routing.gate": "weights that are drawn choose experts",
  "routing.overflow": "no copy is dropped",
  "routing.placement": "experts lie as what stands in for it places them",
};

/** Removes the mechanisms of `scenario` that no op executes with numbers. Verdicts on the rest hold in part. */
export function executable(given: Scenario): Executable {
  const leftOut: string[] = [];
  const out = (is: boolean, what: string) => {
    if (is) leftOut.push(what);
    return is;
  };
  let scenario = withoutPolicies(
    given,
    DOORS.filter((door) => !door.startsWith("cluster.")),
  );
  for (const { door, kind, plugin } of given.policies ?? []) {
    const instead = INSTEAD[door];
    if (instead !== undefined) out(true, `${door} ${kind}, of plug-in ${plugin}: ${instead}`);
  }
  if (scenario.pools !== undefined) {
    out(true, "pools: the prefill pool alone is executed, without the transfer of caches");
    scenario = poolAlone(
      scenario,
      Math.max(
        0,
        scenario.pools.findIndex(({ role }) => role === "prefill"),
      ),
    );
  }
  const { model, routing, serving } = scenario;
  const { experts, residualStreams = 1 } = model;
  const { inputSize, hashLayers, ...plainExperts } = experts ?? {};
  out(inputSize !== undefined, "experts.inputSize: experts read and write the model's width");
  out(hashLayers !== undefined, "experts.hashLayers: a gate chooses in all layers");
  out(residualStreams > 1, "residualStreams: the residual is one stream");
  const isOwn = given.policies?.some(({ door }) => door === "routing.overflow") === true;
  const isLimited = routing.capacityFactor !== undefined && !isOwn;
  out(isLimited && routing.overflow.kind === "reroute", "overflow: no copy is rerouted");
  out(isLimited && routing.overflow.kind === "dropout", "overflow: no copy is masked");
  out(routing.capacityControl !== undefined, "capacityControl: the capacity factor stays");
  out(routing.pad === true, "pad: experts compute their own rows alone");
  out((serving.recompute?.kind ?? "none") !== "none", "recomputation: layers run in one piece");
  out(sharesCaches(scenario), "cached prompts: every token of a prompt is computed");
  out(serving.kv?.hostTier !== undefined, "kv.hostTier: caches stay on the GPU");
  out(serving.speculation !== undefined, "speculation: nothing is drafted");
  out(scenario.expertCache !== undefined, "expertCache: all experts are on the GPU");
  out(scenario.rebalance !== undefined, "rebalance: experts stay");
  out((scenario.faults ?? []).length > 0, "faults: all ranks are up");
  out((scenario.parallelism.context ?? 1) > 1, "parallelism.context: every rank keeps whole contexts");
  const { capacityFactor: _factor, capacityControl: _control, pad: _pad, ...routed } = routing;
  const { recompute: _recompute, speculation: _speculation, ...served } = serving;
  const { expertCache: _cache, rebalance: _rebalance, ...rest } = scenario;
  const { residualStreams: _streams, ...plain } = model;
  const plainRouting = { ...routed, overflow: { kind: "none" as const } };
  return {
    leftOut,
    cutsPrompts: cutsPrompts(scenario),
    dropping:
      isLimited && routing.overflow.kind === "drop"
        ? { ...routed, capacityFactor: routing.capacityFactor, overflow: routing.overflow }
        : undefined,
    scenario: {
      ...rest,
      model: experts === undefined ? plain : { ...plain, experts: plainExperts as typeof experts },
      routing: plainRouting,
      serving: served,
    },
  };
}

/** Whether prompts may begin with tokens that are cached. */
function sharesCaches({ workload, serving }: Scenario): boolean {
  if (workload.kind === "steady-decode") return true;
  const classes = "classes" in workload ? (workload.classes ?? []) : [];
  if ([workload, ...classes].some((each) => "cachedTokens" in each && each.cachedTokens !== undefined)) return true;
  const isShared = workload.kind === "sessions" || workload.kind === "trace" || ("prefix" in workload && workload.prefix !== undefined);
  return serving.kv?.prefixCache === true && isShared;
}

/** Whether the scheduler may cut a prompt: a pass has too few tokens for the longest that its load can draw. */
function cutsPrompts({ workload, serving: { scheduler } }: Scenario): boolean {
  if (!("tokenBudget" in scheduler) || workload.kind === "steady-decode") return false;
  const classes = "classes" in workload ? (workload.classes ?? []) : [];
  const lengths = [workload, ...classes].flatMap((each) =>
    "promptTokens" in each && each.promptTokens !== undefined ? [each.promptTokens] : [],
  );
  return lengths.length === 0 || lengths.some((drawn) => longestOf(drawn) > scheduler.tokenBudget);
}

function longestOf(drawn: DrawnCount): number {
  if (drawn.kind === "fixed") return drawn.value;
  return drawn.kind === "empirical" ? Math.max(...drawn.values) : (drawn.to ?? Number.POSITIVE_INFINITY);
}
