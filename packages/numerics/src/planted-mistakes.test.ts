import { Streams } from "@tokenyard/random";
import { expect, test } from "vitest";
import { fewNumbers } from "./drawn-plan.contract.ts";
import type { Executed } from "./execute.ts";
import { findingText } from "./finding.ts";
import { judged } from "./judged.contract.ts";
import { drawnInputs } from "./load.ts";
import { choicesOf } from "./ops/gate.ts";

type Change = Parameters<typeof fewNumbers>[0];

/** Carries out a plan of two layers; `plant` is called after each op, and may change what ranks hold. */
function planted(change: Change, plant: (executed: Executed) => void, chunk?: number) {
  const scenario = fewNumbers(change);
  const prompts = [6, 5, 4, 6, 5, 4, 3, 2];
  const load = {
    prompts,
    outputs: 2,
    inputs: drawnInputs(scenario.model, prompts, new Streams(7)),
    ...(chunk === undefined ? {} : { chunk }),
  };
  return judged({ scenario, load }, { executed: plant });
}

/** Calls `act` once, after the first op of this work and layer. */
function once(work: string, layer: number, act: (executed: Executed) => void) {
  let isDone = false;
  return (executed: Executed) => {
    if (isDone || executed.op.work !== work || executed.op.layer !== layer) return;
    isDone = true;
    act(executed);
  };
}

const ALONE = { parallelism: { expert: 4 } };
const SPREAD = { parallelism: { expert: 4, attention: { tensor: 2 } } };

test("nothing is found where nothing is planted", () => {
  expect(planted(SPREAD, () => undefined)).toMatchObject({ execution: { findings: [] }, departure: undefined });
});

test("a copy that comes twice is named by rank, layer and op", () => {
  const plant = once("dispatch", 1, ({ stage }) => {
    const arrived = stage.visits[2]!.arrived!;
    arrived.push(arrived[0]!);
  });
  expect(findingText(planted(SPREAD, plant).execution.findings[0]!)).toMatch(
    /^rank 2, layer 1, dispatch: token \d+ for expert \d has come 2 times$/,
  );
});

test("a result that returns twice is in the sum twice", () => {
  const plant = once("experts", 0, ({ stage }) => {
    const results = stage.visits[1]!.results!;
    results.push(results[0]!);
  });
  expect(findingText(planted(SPREAD, plant).execution.findings[0]!)).toMatch(
    /^rank \d, layer 0, combine: expert \d of token \d+ is in the sum twice$/,
  );
});

test("a rank that does not wait for the others of its data group is named", () => {
  let own: (Float64Array | undefined)[] = [];
  const { execution, departure } = planted({ parallelism: { tensor: 4, expert: 1 } }, ({ op, stage }) => {
    const { pending } = stage.visits[3]!;
    if (op.work === "attention" && op.layer === 1) own = pending!.rows.slice();
    if (op.work === "reduce-attention" && op.layer === 1) for (const [i, row] of own.entries()) pending!.rows[i] = row;
  });
  expect(findingText(execution.findings[0]!)).toMatch(
    /^rank 3, layer 1, reduce-attention: head shard 0 of token 0 is missing from the sum$/,
  );
  expect(departure).toMatchObject({ rank: 3, layer: 1, work: "attention" });
});

test("a slice of the wrong rank is named by rank, layer and op", () => {
  const plant = once("reduce-scatter", 1, ({ stage }) => {
    const [first, second] = [stage.visits[0]!, stage.visits[1]!];
    [first.residual, second.residual] = [second.residual, first.residual];
  });
  expect(planted(SPREAD, plant).departure).toMatchObject({ rank: 0, layer: 1, work: "reduce-scatter" });
});

test("of equal logits the lower expert is taken first, and another one is named by rank, layer and op", () => {
  expect([...choicesOf(0, Float64Array.of(1, 3, 2, 3), 1, 4, 2).experts]).toEqual([1, 3]);
  expect([...choicesOf(0, Float64Array.of(2, 2, 2, 1), 1, 4, 2).experts]).toEqual([0, 1]);
  const plant = once("gate", 1, ({ stage }) => {
    const { experts } = stage.visits[3]!.choices!;
    experts[1] = [0, 1, 2].find((expert) => expert !== experts[0] && expert !== experts[1])!;
  });
  expect(planted(SPREAD, plant).departure).toMatchObject({ rank: 3, layer: 1, work: "gate", off: null });
  const swapped = once("gate", 1, ({ stage }) => stage.visits[0]!.choices!.weights.reverse());
  expect(planted(SPREAD, swapped).departure).toMatchObject({ layer: 1, work: "experts" });
});

test("a cache row of another sequence is named by rank, layer and op", () => {
  const plant = once("attention", 1, ({ stage }) => {
    const caches = [...stage.visits[1]!.rank.caches.get(1)!.values()];
    caches[0]!.keys.set(caches[1]!.keys.subarray(0, 8));
  });
  expect(planted(ALONE, plant).departure).toMatchObject({ rank: 1, layer: 1, work: "attention" });
});

test("a chunk that forgets its past is named by rank, layer and op", () => {
  const plant = once("attention", 1, ({ stage }) => {
    for (const cache of stage.visits[0]!.rank.caches.get(1)!.values()) cache.values.fill(0);
  });
  expect(planted(ALONE, plant, 2).departure).toMatchObject({ rank: 0, layer: 1, work: "attention" });
});

test("halves that are mixed up are named by rank, layer and op", () => {
  const halves = { ...ALONE, serving: { overlap: "two-batch" } };
  expect(planted(halves, () => undefined)).toMatchObject({ execution: { findings: [] }, departure: undefined });
  let first: (Float64Array | undefined)[] = [];
  const plant = ({ op, stage }: Executed) => {
    if (op.work !== "attention" || op.layer !== 1) return;
    const { rows } = stage.visits[2]!.pending!;
    if (op.part === 1) first = rows.slice();
    else for (const [i, row] of first.entries()) if (i < rows.length) rows[i] = row;
  };
  expect(planted(halves, plant).departure).toMatchObject({ rank: 2, layer: 1, work: "attention" });
});

test("a barrier that is one rank short is named by rank, layer and op", () => {
  const scenario = fewNumbers({ parallelism: { tensor: 4, expert: 1 } });
  const prompts = [6, 5, 4, 6];
  const load = { prompts, outputs: 1, inputs: drawnInputs(scenario.model, prompts, new Streams(7)) };
  const isShort = ({ work, layer }: Executed["op"]) => work === "reduce-attention" && layer === 1;
  const { findings } = judged({ scenario, load }, { isShort }).execution;
  expect(findingText(findings[0]!)).toBe("rank 0, layer 1, reduce-attention: head shard 3 of token 0 is missing from the sum");
  expect(findings.map(({ rank }) => rank)).toContain(3);
});
