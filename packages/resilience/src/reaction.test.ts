import { compilePlan, type Plan } from "@tokenyard/placement";
import { parseScenario, type Scenario } from "@tokenyard/scenario";
import { describe, expect, test } from "vitest";
import { EXPERTS_MODEL } from "./availability/small-models.contract.ts";
import { chosenReaction, type Lost, reactionOf } from "./reaction.ts";

const COSTS = { decide: "1 s", rebuild: "2 s", graph: "4 s" };

/** One replica of four ranks, each a data group with one of four experts of two layers: an expert has two matrices of 64 × 64 in two bytes, 16,384 B. */
function planned(onLoss: object, more: object = {}): { scenario: Scenario; plan: Plan } {
  const scenario = parseScenario({
    tokenyard: 1,
    model: EXPERTS_MODEL,
    cluster: { gpu: "h100-sxm", network: "hgx-h100-ndr", gpusPerNode: 4 },
    parallelism: { expert: 4 },
    workload: { kind: "batch", sequences: 8, promptTokens: 1, outputTokens: 1 },
    health: { watchdog: "30 s", onLoss },
    ...more,
  });
  return { scenario, plan: compilePlan(scenario) };
}

const lost = (ranks: readonly number[], more: Partial<Lost> = {}): Lost => ({ ranks, slots: [], slotRanks: [], ...more });
const loaded: number[] = [];
/** 1 ms a byte: the seconds say what was loaded. */
const load = (bytes: number) => {
  loaded.push(bytes);
  return bytes / 1000;
};
const reaction = ({ scenario, plan }: ReturnType<typeof planned>, what: Lost) => {
  const { shrinks, restarts, seconds, stages } = reactionOf(scenario, plan, [true, true], what, load);
  const [stage] = [...stages.values()];
  return {
    shrinks,
    restarts,
    seconds,
    stages: stages.size,
    missing: stage?.missing,
    mostMissing: stage?.mostMissing,
    loads: stage?.mostLoads,
  };
};
const NO_STAGE = { stages: 0, missing: undefined, mostMissing: undefined, loads: undefined };
const EXPERT = 2 * 64 * 64 * 2;
const SPARES = { routing: { placement: { kind: "redundant", spareSlots: 4 } } };

describe("by hand: a rank of four is lost", () => {
  test("a restart takes its time, whatever is lost", () => {
    const plan = planned({ kind: "restart", time: "90 s" });
    expect(reaction(plan, lost([1]))).toEqual({ shrinks: false, restarts: true, seconds: 90, ...NO_STAGE });
    expect(reaction(plan, lost([], { slots: [{ layer: 0, slot: 2 }], slotRanks: [2] }))).toMatchObject({ restarts: true, seconds: 90 });
  });

  test("a rank that takes its place starts and loads all of its weights, those of the fullest that is lost", () => {
    const plan = planned({ kind: "replace", start: "8 s", ...COSTS });
    loaded.length = 0;
    const { seconds, ...rest } = reaction(plan, lost([1]));
    expect(rest).toEqual({ shrinks: false, restarts: false, ...NO_STAGE });
    expect(loaded).toHaveLength(1);
    expect(seconds).toBe(1 + 2 + 4 + 8 + loaded[0]! / 1000);
    expect(loaded[0]!).toBeGreaterThan(2 * EXPERT);
    const slot = reaction(plan, lost([], { slots: [{ layer: 0, slot: 2 }], slotRanks: [2] }));
    expect(slot).toMatchObject({ shrinks: false, restarts: false, seconds }); // the rank of the slot, with all it holds
  });

  test("one that masks, or routes around, loads nothing", () => {
    for (const kind of ["mask", "reroute"])
      expect(reaction(planned({ kind, ...COSTS }), lost([1]))).toEqual({
        shrinks: true,
        restarts: false,
        seconds: 7,
        stages: 1,
        missing: 2, // one expert of each layer
        mostMissing: 1,
        loads: 0,
      });
  });

  test("a layer without experts misses none", () => {
    const { scenario, plan } = planned({ kind: "mask", ...COSTS });
    const [stage] = [...reactionOf(scenario, plan, [true, false], lost([1]), load).stages.values()];
    expect(stage).toMatchObject({ missing: 1, mostMissing: 1 });
  });

  test("one that shrinks loads into free slots what is missing", () => {
    expect(reaction(planned({ kind: "shrink", ...COSTS }), lost([1]))).toMatchObject({ seconds: 7, missing: 2, loads: 0 });
    const standby = { spares: { kind: "standby", perLayer: 4 } };
    expect(reaction(planned({ kind: "shrink", ...COSTS }, standby), lost([1]))).toMatchObject({
      seconds: 7 + (2 * EXPERT) / 1000,
      missing: 0,
      loads: 2, // one of each layer, both on the first rank with a free slot
    });
  });

  test("nothing is missing, and nothing loaded, where each expert has a copy on another rank", () => {
    expect(reaction(planned({ kind: "shrink", ...COSTS }, SPARES), lost([1]))).toMatchObject({ seconds: 7, missing: 0, loads: 0 });
  });

  test("a slot that is lost alone is missing in its layer", () => {
    const slot = lost([], { slots: [{ layer: 1, slot: 2 }], slotRanks: [2] });
    expect(reaction(planned({ kind: "mask", ...COSTS }), slot)).toMatchObject({ shrinks: true, missing: 1, mostMissing: 1, stages: 1 });
  });

  test("without a data group nothing can go on: all start again, in the time that is known", () => {
    expect(reaction(planned({ kind: "mask", ...COSTS }), lost([0, 1, 2, 3]))).toEqual({
      shrinks: false,
      restarts: true,
      seconds: 7,
      ...NO_STAGE,
    });
  });
});

test("a recovery of a caller hears what would happen, and decides: a restart leaves no stages, other times stand in", () => {
  const base = { shrinks: true, restarts: false, seconds: 7, stages: 1 };
  const about = { replica: 0, ranks: [1], lostGroups: 1, dataGroups: 4 };
  const heard: unknown[] = [];
  const chosen = (restarts: boolean) =>
    chosenReaction(
      base,
      (loss) => {
        heard.push(loss);
        return { restarts, seconds: 3 };
      },
      about,
      { stages: 0 },
    );
  expect(chosen(true)).toEqual({ shrinks: false, restarts: true, seconds: 3, stages: 0 });
  expect(chosen(false)).toEqual({ shrinks: true, restarts: false, seconds: 3, stages: 1 });
  expect(heard[0]).toEqual({ ...about, restarts: false, seconds: 7 });
  expect(chosenReaction(base, undefined, about, {})).toBe(base);
});
