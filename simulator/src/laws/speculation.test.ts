import type { Recording } from "@tokenyard/report";
import { Problems, parseScenario, type Scenario, survivalOf } from "@tokenyard/scenario";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { sampled } from "../metrics/sampled.contract.ts";
import { differences, plain } from "../passes/executors.contract.ts";
import { prepare } from "../setup/prepare.ts";
import { acceptanceWarnings } from "../setup/speculation-problems.ts";
import { run } from "../simulate.ts";
import { drafted, draftedCachedScenario, draftedScenario } from "./drafted-scenario.contract.ts";
import { struckCachedAndRetried } from "./retried-scenario.contract.ts";
import { struckAndCached } from "./struck-scenario.contract.ts";

const sum = (values: Iterable<number>) => [...values].reduce((total, value) => total + value, 0);

interface Change {
  readonly speculation?: object | undefined;
  readonly workload?: object;
  readonly serving?: object;
  readonly model?: object;
}

/** A dense model on one GPU: kernels by the roofline alone, `n` users at a time. */
function scenario({ speculation, workload, serving, model }: Change): Scenario {
  return parseScenario({
    tokenyard: 1,
    model: {
      layers: 4,
      hiddenSize: 256,
      attention: { heads: 8, kvHeads: 2, headSize: 32 },
      dense: { hiddenSize: 512 },
      vocabulary: 4000,
      ...model,
    },
    cluster: {
      gpu: { compute: "10 TFLOPS", bandwidth: "100 GB/s", memory: "10 GB" },
      network: { kind: "two-tier", node: { bandwidth: "10 GB/s", latency: "1 us" }, fabric: { bandwidth: "2 GB/s", latency: "4 us" } },
    },
    workload:
      workload !== undefined && "kind" in workload
        ? workload
        : { kind: "batch", sequences: 1, promptTokens: 64, outputTokens: 81, ...workload },
    serving: { scheduler: "continuous", ...(speculation === undefined ? {} : { speculation }), ...serving },
  });
}

const recorded = (given: Scenario) => run(prepare(given), { rows: true });

describe("acceptance", () => {
  test("of 1 gives exactly as many tokens a step as drafts and one, and where drafts cost nothing TPOT is a verifying step over that", () => {
    const { speculation, served, busyNs, requests } = recorded(
      scenario({ speculation: { kind: "ngram", tokens: 3, acceptance: { conditional: "100 %" } } }),
    );
    expect(speculation).toMatchObject({ steps: 20, drafted: 60, accepted: [20, 20, 20], tokens: 80, decodeSteps: 20 }); // 81 − 1 = 20 · 4
    const decodeNs = requests.finishedNs[0]! - requests.firstTokenNs[0]!;
    expect(served!.tpotNs.sum).toBeCloseTo(decodeNs / 80, 6);
    expect(sum(busyNs)).toBe(requests.finishedNs[0]!); // one GPU that never waits
  });

  test("by one conditional share a gives (1 − a^(k+1))/(1 − a) tokens a step, within three standard errors of the draws", () => {
    for (const [share, tokens] of [
      [0.5, 3],
      [0.8, 5],
      [0.9, 1],
    ] as const) {
      const { speculation } = recorded(
        scenario({
          speculation: { kind: "ngram", tokens, acceptance: { conditional: `${share * 100} %` } },
          workload: { sequences: 8, outputTokens: 2001 },
        }),
      );
      const { tokens: out, decodeSteps } = speculation!;
      const survival = Array.from({ length: tokens }, (_, at) => share ** (at + 1));
      const expected = (1 - share ** (tokens + 1)) / (1 - share);
      const square = 1 + sum(survival.map((each, at) => (2 * at + 3) * each)); // E[n²] of n = 1 + accepted
      const error = Math.sqrt((square - expected ** 2) / decodeSteps);
      expect(Math.abs(out / decodeSteps - expected)).toBeLessThan(3 * error + 8 / decodeSteps); // the last step of each of 8 is cut
    }
  });

  test("is that of the class of a request", () => {
    const { speculation } = recorded(
      scenario({
        speculation: { kind: "ngram", tokens: 2, acceptance: { conditional: "0 %" }, classes: { code: { survival: ["100 %", "100 %"] } } },
        workload: {
          kind: "open",
          rate: "1 requests/s",
          requests: 20,
          classes: ["code", "chat"].map((name) => ({ name, share: 1, promptTokens: 64, outputTokens: 81 })),
        },
      }),
    );
    const { steps, accepted } = speculation!;
    expect(accepted[0]).toBeGreaterThan(0);
    expect(accepted[1]).toBeGreaterThanOrEqual(accepted[0]! - 20); // all or none, but for the last steps
    expect(steps).toBeGreaterThan(accepted[0]!);
  });

  test("that is not stated is the published one, and listed with its source", () => {
    const { assumed, serving } = scenario({ speculation: { kind: "mtp", tokens: 2 } });
    expect(survivalOf(serving.speculation!)).toEqual([0.835, 0.835 * 0.779]);
    expect(assumed).toContainEqual({
      path: "serving.speculation.acceptance",
      because: "survival 83.5, 65 %, as of Qwen3.6-35B-A3B with its MTP module, by doublewordai/inference-lab",
    });
  });
});

test("no drafts are no speculation: the recording is the same to the byte", () => {
  const none = recorded(scenario({ workload: { sequences: 3 } }));
  const zero = recorded(scenario({ speculation: { kind: "mtp", tokens: 0 }, workload: { sequences: 3 } }));
  expect(JSON.stringify(zero)).toBe(JSON.stringify(none));
});

test("the gain of a dense model with short contexts falls with the batch towards progress over the tokens that a step computes", () => {
  const gain = (sequences: number) => {
    const of = (speculation?: object) =>
      recorded(scenario({ speculation, workload: { sequences, promptTokens: 1, outputTokens: 41 }, model: { vocabulary: undefined } }))
        .served!.tpotNs;
    const plainly = of();
    const drafted = of({ kind: "ngram", tokens: 3, acceptance: { conditional: "100 %" } });
    return plainly.sum / drafted.sum;
  };
  const gains = [1, 16, 256].map(gain);
  expect(gains[0]).toBeGreaterThan(3.5);
  expect(gains[1]).toBeLessThan(gains[0]!);
  expect(gains[2]).toBeLessThan(gains[1]!);
  expect(gains[2]).toBeGreaterThan(0.95); // 4 tokens for the work of 4
});

test("a step reads each cache once for all its queries: bytes grow by activations and the drafts' places alone", () => {
  const bytes = (speculation?: object) =>
    recorded(scenario({ speculation, workload: { promptTokens: 4000, outputTokens: 5 } })).work.memoryBytes;
  const one = bytes();
  const four = bytes({ kind: "ngram", tokens: 3, acceptance: { conditional: "100 %" } }); // one step in place of four
  const cache = 2 * 2 * 32 * 2 * 4; // of a token: keys and values of 2 heads of 32 numbers, 2 B, in 4 layers
  expect(one - four).toBeGreaterThan(3 * 4000 * cache); // three reads of the cache, and of the weights, fewer
});

const laws = (check: (scenario: Scenario) => void, numRuns: number) => {
  for (const scenarios of [draftedScenario, draftedCachedScenario])
    fc.assert(fc.property(scenarios, check), { numRuns: drawnCases(numRuns), endOnFailure: true });
};

test("requests and tokens are conserved, and what drafts come to adds up", { tags: "long" }, () => {
  laws((given) => {
    const { requests, served, speculation } = recorded(given);
    const finished = [...requests.status.keys()].filter((request) => requests.status[request] === 1);
    expect(served!.arrived).toBe(served!.finished + served!.rejected);
    expect(served!.outputTokens).toBe(sum(finished.map((request) => requests.outputTokens[request]!)));
    expect(served!.itlNs!.count).toBe(sum(finished.map((request) => requests.outputTokens[request]! - 1)));
    if (speculation === undefined) return;
    const { steps, drafted, accepted, decodeSteps, tokens } = speculation;
    expect(tokens).toBe(decodeSteps + sum(accepted));
    expect(drafted).toBeGreaterThanOrEqual(sum(accepted));
    expect(decodeSteps).toBeGreaterThanOrEqual(steps);
    for (const [at, count] of accepted.entries()) expect(count).toBeLessThanOrEqual(accepted[at - 1] ?? steps);
    expect(tokens).toBeLessThanOrEqual(sum(finished.map((request) => requests.outputTokens[request]! - 1)));
  }, 16);
});

/** What adds up whatever breaks, and whatever is tried again. */
function addsUp(recording: Recording): void {
  const { requests, served, speculation } = recording;
  expect(served!.arrived).toBeGreaterThanOrEqual(served!.finished + served!.rejected + served!.failed);
  const finished = [...requests.status.keys()].filter((request) => requests.status[request] === 1);
  expect(served!.outputTokens).toBeGreaterThanOrEqual(sum(finished.map((request) => requests.outputTokens[request]!)));
  if (speculation === undefined) return;
  const { steps, drafted, accepted, decodeSteps, tokens } = speculation;
  expect(tokens).toBe(decodeSteps + sum(accepted));
  expect(drafted).toBeGreaterThanOrEqual(sum(accepted));
  expect(decodeSteps).toBeGreaterThanOrEqual(steps);
  for (const [at, count] of accepted.entries()) expect(count).toBeLessThanOrEqual(accepted[at - 1] ?? steps);
}

test("under faults and retries drafts add up, sampled or not, and by position", { tags: "long" }, () => {
  const check = (given: Scenario) => {
    const whole = recorded(given);
    addsUp(whole);
    const { kept, recording, horizonNs } = sampled(given, 1, { rows: true });
    expect(differences(plain(recording), plain(whole))).toEqual([]);
    const byPosition = horizonNs === 0 ? undefined : kept.samples.at(-1)!.get("acceptedByPosition");
    if (whole.speculation === undefined || byPosition === undefined) return;
    const { accepted } = whole.speculation;
    const counted = accepted.map((_, at) => sum(byPosition.filter((__, series) => series % accepted.length === at)));
    expect(counted).toEqual(accepted);
  };
  for (const scenarios of [drafted(struckAndCached), drafted(struckCachedAndRetried)])
    fc.assert(fc.property(scenarios, check), { numRuns: drawnCases(12), endOnFailure: true });
});

function everyLaneAddsUp({ busyNs, waitingNs, idleNs, lostNs, opKinds, ranks, horizonNs }: Recording): void {
  for (let rank = 0; rank < ranks; rank++) {
    for (const [lane, name] of ["compute", "network"].entries()) {
      let ns = 0;
      for (let phase = 0; phase < 2; phase++) {
        const side = (rank * 2 + phase) * 2 + lane;
        ns += waitingNs[side]! + idleNs[side]! + lostNs[side]!;
        for (const [kind, of] of opKinds.entries()) if (of.lane === name) ns += busyNs[(rank * 2 + phase) * opKinds.length + kind]!;
      }
      expect(ns).toBe(horizonNs);
    }
  }
}

test("times add up to the horizon on every lane", () => {
  laws((given) => everyLaneAddsUp(recorded(given)), 8);
});

test("a request keeps its luck, whatever is beside it: alone and in a crowd it takes as many steps", () => {
  const stepsOf = (maxSequences: number) =>
    recorded(
      scenario({
        speculation: { kind: "ngram", tokens: 4, acceptance: { conditional: "70 %" } },
        workload: { sequences: 6, outputTokens: 200 },
        serving: { scheduler: { kind: "continuous", maxSequences } },
      }),
    ).speculation;
  expect(stepsOf(1)).toEqual(stepsOf(6));
});

test("a published acceptance is reported to be of texts, unless the load is a trace or states its own", () => {
  const codesOf = (speculation: object) => recorded(scenario({ speculation })).warnings.map(({ code }) => code);
  expect(codesOf({ kind: "mtp", tokens: 3 })).toContain("acceptance-of-texts");
  expect(codesOf({ kind: "mtp", tokens: 3, acceptance: { conditional: "60 %" } })).not.toContain("acceptance-of-texts");
  const { serving } = scenario({ speculation: { kind: "mtp", tokens: 3 } });
  expect(acceptanceWarnings({ serving, workload: { kind: "trace" } as Scenario["workload"] })).toEqual([]);
});

test("cuts, samples and executors see the same drafts", () => {
  const given = scenario({ speculation: { kind: "eagle", tokens: 3 }, workload: { sequences: 5, outputTokens: 60 } });
  const looped = plain(run(prepare(given), { rows: true, executor: "loop" }));
  expect(differences(plain(recorded(given)), looped)).toEqual([]);
});

describe("what does not go together is refused, with what would", () => {
  const problemsOf = (given: () => unknown) => {
    try {
      given();
    } catch (error) {
      if (error instanceof Problems) return error.problems.map(({ path, given, wanted }) => `${path.join(".")}: ${given}; ${wanted}`);
      throw error;
    }
    return [];
  };
  const speculation = { kind: "mtp", tokens: 3 };

  test.each([
    ["static batches", { speculation, serving: { scheduler: "static" } }, /^serving.scheduler: static beside speculation; a scheduler/],
    [
      "a budget below a step",
      { speculation, serving: { scheduler: { kind: "continuous", tokenBudget: 1000, maxSequences: 256 } } },
      /^serving.scheduler.tokenBudget: 1000; at least 1024: 256 sequences × 4 tokens/,
    ],
    ["halves", { speculation, serving: { overlap: "two-batch" } }, /^serving.overlap: two-batch beside speculation/],
    [
      "drafts without an acceptance",
      { speculation: { kind: "suffix" } },
      /^serving.speculation.acceptance: undefined; acceptance: \{ conditional/,
    ],
    [
      "two conventions",
      { speculation: { ...speculation, acceptance: { survival: ["80 %", "60 %", "40 %"], conditional: "80 %" } } },
      /either survival or conditional$/,
    ],
    [
      "a survival that rises",
      { speculation: { ...speculation, acceptance: { survival: ["80 %", "90 %", "9 %"] } } },
      /shares that do not rise/,
    ],
    [
      "a tree that is too small",
      { speculation: { ...speculation, tree: { width: 4, verified: 3 } } },
      /^serving.speculation.tree.verified: 3; from 4, as drafts are 3 deep, to 37, as many as 3 passes find/,
    ],
    ["a tree that no draft fills", { speculation: { ...speculation, tree: { width: 4, verified: 38 } } }, /verified: 38; from 4, .* to 37/],
    [
      "a tree by the batch",
      { speculation: { ...speculation, tree: { width: 4, verified: 8 }, depths: [{ upTo: 4, tokens: 3 }] } },
      /^serving.speculation.tree: .*; no tree beside depths/,
    ],
    [
      "a tree in one pass",
      { speculation: { ...speculation, kind: "eagle", tree: { width: 4, verified: 8 }, drafting: "parallel" } },
      /no tree beside drafting: parallel/,
    ],
    ["too few shares", { speculation: { ...speculation, acceptance: { survival: ["80 %"] } } }, /a share for each of 3 drafts/],
    [
      "an unknown class",
      { speculation: { ...speculation, classes: { code: { conditional: "9 %" } } } },
      /^serving.speculation.classes.code: no class/,
    ],
  ])("%s", (_, change, message) => {
    expect(problemsOf(() => prepare(scenario(change as Change))).join("\n")).toMatch(message);
  });
});
