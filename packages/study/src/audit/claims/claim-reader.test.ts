import { messageOf, Problems } from "@tokenyard/scenario";
import { describe, expect, test } from "vitest";
import { claimed, type WrittenClaim } from "../../fixtures/claimed.ts";
import { tiny } from "../../fixtures/tiny.ts";
import { readClaims } from "./claim-reader.ts";

/** The problems of one claim, beside one that others may name. */
function messagesOf(claim: WrittenClaim, more: object = {}): string[] {
  const other = { id: "other", claimed: "2 ms", metric: "ttft" };
  try {
    readClaims(claimed([claim, other], more));
    return [];
  } catch (error) {
    if (!(error instanceof Problems)) throw error;
    return error.problems.map(messageOf);
  }
}

test("a scenario without claims has none", () => {
  expect(readClaims(tiny)).toEqual([]);
});

test("a claim is read with its unit, its sums in that unit, and the kind of what decides it", () => {
  const [claim] = readClaims(
    claimed([
      {
        claimed: "100 tokens/ms",
        comparison: ">=",
        from: ["count / time", "500 tokens/s"],
        inputs: { count: 200, time: "2 ms" },
        metric: { run: "throughputPerGpu", plan: "plan.ranks * 1 tokens/s", memory: "memory.peak / 1 GB * 1 tokens/s" },
      },
    ]),
  );
  expect(claim).toMatchObject({ claimed: 100, unit: "tokens/ms", comparison: ">=", tolerance: 0 });
  expect(claim!.pencil).toEqual([
    { text: "count / time", value: 100, claims: [] }, // 200 / 2 ms
    { text: "500 tokens/s", value: 0.5, claims: [] },
  ]);
  expect(claim!.parts.map(({ name, kind }) => [name, kind])).toEqual([
    ["run", "dynamic"],
    ["plan", "static"],
    ["memory", "dynamic"], // it depends on the drawn requests
  ]);
});

test("a claim may lean on what others claim", () => {
  const [claim] = readClaims(
    claimed([
      { claimed: "6 ms", from: "3 * c1" },
      { claimed: "2 ms", metric: "ttft" },
    ]),
  );
  expect(claim!.pencil).toEqual([{ text: "3 * c1", value: 6e-3, claims: ["c1"] }]);
});

describe("a claim that cannot be held against anything is refused with what would do:", () => {
  test.each<[string, WrittenClaim, string]>([
    [
      "a metric misspelt",
      { claimed: "1 s", metric: "tftt" },
      "claims.0.metric: unknown name tftt at column 1 of `tftt` given; wanted a metric, a path of the report, or a path of the scenario; did you mean ttft?",
    ],
    [
      "one of several metrics misspelt",
      { claimed: "1 s", metric: { prefill: "ttft", decode: "tpod" } },
      "claims.0.metric.decode: unknown name tpod at column 1 of `tpod` given; wanted a metric, a path of the report, or a path of the scenario; did you mean tpot?",
    ],
    ["no metric at all", { claimed: "1 s", metric: {} }, "claims.0.metric: an empty map given; wanted at least one metric"],
    [
      "a value that measures something else",
      { claimed: "10 GB", metric: "ttft" },
      "claims.0.claimed: 10 GB given; wanted a quantity in s, the unit of ttft, such as 100 s",
    ],
    [
      "a bare number for a quantity",
      { claimed: 10, metric: "ttft" },
      "claims.0.claimed: 10 given; wanted a quantity in s, the unit of ttft, such as 100 s",
    ],
    [
      "a bare number for a share",
      { claimed: 20, metric: "loadVariance" },
      "claims.0.claimed: 20 given; wanted a quantity in %, the unit of loadVariance, such as 20 %",
    ],
    [
      "a quantity for a plain number",
      { claimed: "2 s", metric: "gpus" },
      "claims.0.claimed: 2 s given; wanted a plain number, the unit of gpus",
    ],
    [
      "a formula whose unit has no name",
      { claimed: "2 s", metric: "ttft * memory.peak" },
      "claims.0.claimed: 2 s given; wanted a value in the unit of ttft * memory.peak, which has no name here: divide until it has",
    ],
    [
      "a sum over an input that there is not",
      { claimed: 4, from: "pairs * 2", inputs: { pair: 2 } },
      "claims.0.from: unknown name pairs at column 1 of `pairs * 2` given; wanted an input or another claim's id; did you mean pair?",
    ],
    [
      "a sum over itself",
      { id: "self", claimed: 4, from: "self * 1" },
      "claims.0.from: unknown name self at column 1 of `self * 1` given; wanted an input or another claim's id",
    ],
    [
      "the second of its sums broken",
      { claimed: 4, from: ["2 * 2", "2 *"] },
      "claims.0.from.1: the end at column 4 of `2 *` given; wanted expression after *",
    ],
    [
      "an input with a metric's name",
      { claimed: 4, from: "gpus", inputs: { gpus: 4 } },
      "claims.0.inputs.gpus: gpus given; wanted a name that no metric, path of the scenario or claim has",
    ],
    [
      "an input that is no name",
      { claimed: 4, from: "4", inputs: { "a b": 4 } },
      "claims.0.inputs.a b: a b given; wanted a name of letters, digits and _",
    ],
    [
      "a path that the format does not know",
      { claimed: "1 s", metric: "ttft", given: { "workload.sequence": 3 } },
      "claims.0.given.workload.sequence: unknown path workload.sequence given; wanted a path of the scenario; did you mean workload.sequences?",
    ],
    [
      "a value that its path does not take",
      { claimed: "1 s", metric: "ttft", given: { "workload.sequences": 0, "workload.outputTokens": 2 } },
      "claims.0.given.workload.sequences: 0 given; wanted a whole number from 1 to 1e7",
    ],
    [
      "two paths at once",
      { claimed: "1 s", metric: "ttft", over: { "workload.sequences": "1,2", "parallelism.data": "1,2" } },
      "claims.0.over: 2 paths given; wanted one path with its values",
    ],
    [
      "too many values",
      { claimed: "1 s", metric: "ttft", over: { "workload.sequences": "1..100" } },
      'claims.0.over.workload.sequences: "1..100" given; wanted at most 64 values, as 1..1024*2',
    ],
    [
      "a range without values",
      { claimed: "1 s", metric: "ttft", over: { "cluster.gpu.launch": "1 us..2 us" } },
      "claims.0.over.cluster.gpu.launch: 1 us..2 us given; wanted at most 64 values, as 1..1024*2",
    ],
    [
      "the name of a setting of the plan",
      { id: "deployment.stages", claimed: 1, from: "1" },
      "claims.0.id: deployment.stages given; wanted another word: deployment.… are the plan's own settings",
    ],
  ])("%s", (_, claim, message) => {
    expect(messagesOf(claim)).toEqual([message]);
  });

  test("a reading with a path that there is not", () => {
    expect(messagesOf({ claimed: 1, from: "1" }, { deployment: { readings: { twice: { "paralelism.data": 2 } } } })).toEqual([
      "deployment.readings.twice.paralelism.data: unknown path paralelism.data given; wanted a path of the scenario; did you mean parallelism.data?",
    ]);
  });

  test("everything at once", () => {
    expect(messagesOf({ claimed: "1 GB", metric: "ttft", from: "x", given: { "a.b": 1 } }).map((message) => message.split(":")[0])).toEqual(
      ["claims.0.given.a.b", "claims.0.from", "claims.0.claimed"],
    );
  });
});
