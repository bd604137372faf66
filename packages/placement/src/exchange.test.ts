import { describe, expect, test } from "vitest";
import { deploymentPlan } from "./deployment-plan.contract.ts";
import {
  exchangeProblems,
  gathersCopies,
  gathersTokens,
  reducesCopies,
  reducesTokens,
  sendsCopies,
  suitsExchange,
  switchesDispatch,
  visitsOnce,
} from "./exchange.ts";

type Plan = Parameters<typeof sendsCopies>[0];

/** 4 sources of 2 ranks, 4 experts' ranks of 2, by an all-to-all of copies. */
const plan = (change: Partial<Plan> = {}): Plan => ({
  expert: 4,
  tensor: 2,
  sources: 4,
  sourceRanks: 2,
  exchange: "all-to-all",
  dispatch: "per-copy",
  expertReduce: "after-combine",
  ...change,
});

describe("tokens are sent once to a rank", () => {
  test.each([
    ["per-copy", [false, false]],
    ["per-token", [true, true]],
    ["by-phase", [true, false]], // prompts once, decoding by copies
  ] as const)("by dispatch %s in passes with prompts, and in those without: %j", (dispatch, once) => {
    expect([visitsOnce(plan({ dispatch }), 0), visitsOnce(plan({ dispatch }), 1)]).toEqual(once);
    expect(switchesDispatch(plan({ dispatch }))).toBe(dispatch === "by-phase");
  });

  test("and never where no copies are sent: of one source, of an all-gather, of experts that every source has", () => {
    for (const none of [{ sources: 1 }, { exchange: "all-gather" as const }, { expert: 1 }])
      for (const dispatch of ["per-token", "by-phase"] as const) {
        const idle = plan({ ...none, dispatch });
        expect([sendsCopies(idle), visitsOnce(idle, 0), visitsOnce(idle, 1), switchesDispatch(idle)]).toEqual([false, false, false, false]);
      }
  });
});

test("tokens are gathered by an all-gather, or where each expert is on every source; one source gathers nothing", () => {
  const gathers = (change: Partial<Plan>) => gathersTokens(plan(change));
  expect([gathers({}), gathers({ exchange: "all-gather" }), gathers({ expert: 1 })]).toEqual([false, true, true]);
  expect([gathers({ sources: 1, exchange: "all-gather" }), gathers({ sources: 1, expert: 1 })]).toEqual([false, false]);
});

test("copies are summed before they return if it is stated of an all-to-all, experts are shared, and a source has as many ranks as share one", () => {
  const stated = { expertReduce: "before-combine" as const };
  expect([reducesCopies(plan(stated)), reducesCopies(plan())]).toEqual([true, false]);
  expect(reducesCopies(plan({ ...stated, exchange: "all-gather" }))).toBe(false);
  expect(reducesCopies(plan({ ...stated, tensor: 1 }))).toBe(false);
  expect([1, 2, 4].map((sourceRanks) => reducesCopies(plan({ ...stated, sourceRanks })))).toEqual([false, true, true]);
});

test("a source of several ranks ends with a sum, unless copies came back summed over all of them", () => {
  const stated = { expertReduce: "before-combine" as const };
  expect([1, 2, 4].map((sourceRanks) => reducesTokens(plan({ sourceRanks })))).toEqual([false, true, true]);
  expect([1, 2, 4].map((sourceRanks) => reducesTokens(plan({ ...stated, sourceRanks })))).toEqual([false, false, true]); // 4 ranks hold two sums
});

test("copies are passed on where fewer ranks than share an expert are one source, unless all tokens come anyway", () => {
  expect([1, 2, 4].map((sourceRanks) => gathersCopies(plan({ sourceRanks })))).toEqual([true, false, false]);
  expect(gathersCopies(plan({ sourceRanks: 1, exchange: "all-gather" }))).toBe(false);
});

describe("an exchange suits the degrees", () => {
  const of = (routing: object, parallelism: object) =>
    deploymentPlan({ routing: { gate: "uniform", ...routing }, parallelism: { layers: "own-ranks", pipeline: 8, ...parallelism } });
  const oneGroup = { expert: 4, tensor: 2, attention: { tensor: 8, data: 1 } };
  const groups = { expert: 4, tensor: 2, attention: { tensor: 2, data: 4 } };
  const onlyTensor = { expert: 1, tensor: 8, attention: { tensor: 8, data: 1 } };
  const legal = (scenario: ReturnType<typeof of>) => [
    exchangeProblems(scenario).length === 0,
    suitsExchange(scenario, scenario.parallelism),
  ];

  test.each([
    ["all-reduce", oneGroup, undefined, true],
    ["all-to-all", oneGroup, undefined, false],
    ["all-to-all", oneGroup, "none", false],
    ["all-to-all", oneGroup, "reduce-scatter", true],
    ["all-gather", oneGroup, "reduce-scatter", false],
    ["all-to-all", onlyTensor, "reduce-scatter", false],
    ["all-reduce", groups, undefined, false],
    ["all-to-all", groups, undefined, true],
    ["all-gather", groups, undefined, true],
  ] as const)("%s of %j with tokens split by %s: %s", (exchange, degrees, sequenceParallel, suits) => {
    const scenario = of({ exchange, ...(sequenceParallel === undefined ? {} : { sequenceParallel }) }, degrees);
    expect(legal(scenario)).toEqual([suits, suits]);
  });

  test("or the problem says what would, by whether there are experts to send to and data groups to send from", () => {
    const wanted = (routing: object, degrees: object) =>
      exchangeProblems(of(routing, degrees)).map(({ wanted: text, suggestion }) => [text, suggestion]);
    expect(wanted({ exchange: "all-to-all" }, oneGroup)).toEqual([
      [
        "all-reduce, as all ranks of a layer hold all its tokens; or all-to-all with routing.sequenceParallel: reduce-scatter; or several data groups: a smaller parallelism.attention.tensor",
        "all-reduce",
      ],
    ]);
    expect(wanted({ exchange: "all-gather" }, onlyTensor)).toEqual([
      [
        "all-reduce, as all ranks of a layer hold all its tokens; or several data groups: a smaller parallelism.attention.tensor",
        "all-reduce",
      ],
    ]);
    expect(wanted({ exchange: "all-reduce" }, groups)).toEqual([
      [
        "all-to-all or all-gather, as the 4 data groups of a layer have tokens of their own; or parallelism.attention.data: 1",
        "all-to-all",
      ],
    ]);
  });

  test("of one rank anything does, and nothing suits", () => {
    const alone = of({ exchange: "all-gather" }, { expert: 1, tensor: 1 });
    expect(legal(alone)).toEqual([true, false]);
  });
});
