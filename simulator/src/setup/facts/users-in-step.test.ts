import { parseScenario } from "@tokenyard/scenario";
import { expect, test } from "vitest";
import { simulate } from "../../simulate.ts";
import { usersInStep } from "./users-in-step.ts";

function closed(change: object = {}) {
  return parseScenario({
    tokenyard: 1,
    model: { preset: "llama-3.1-8b" },
    cluster: { gpu: "h100-sxm", network: "hgx-h100-ndr", kernels: "fitted" },
    workload: { kind: "closed", requests: 384, concurrency: 32, promptTokens: 1000, outputTokens: 200, ...change },
    serving: { scheduler: { kind: "continuous", tokenBudget: 8192, maxSequences: 64 } },
  });
}

const reported = (change: object = {}) => usersInStep(closed(change)).map(({ message }) => message);

test("users whose answers are all as long stay in step, which is reported with lengths that set them apart", () => {
  expect(reported()).toEqual([
    "all answers have 200 tokens, so the 32 users, who begin together, stay in step and ask in bursts: TTFT is that of bursts, and lower in service; " +
      "outputTokens: { kind: uniform, from: 180, to: 220 } or a rampUp sets them apart",
  ]);
  expect(simulate(closed()).warnings.map(({ code }) => code)).toEqual(["in-step"]);
});

test("nothing is reported where lengths or times vary, of one user, of a run of two rounds, of one token, of prompts that fill a pass, and of what arrives by itself", () => {
  expect(reported({ outputTokens: { kind: "uniform", from: 180, to: 220 } })).toEqual([]);
  expect(reported({ thinkTime: { kind: "exponential", mean: "1 s" } })).toEqual([]);
  expect(reported({ rampUp: "10 s" })).toEqual([]);
  expect(reported({ thinkTime: "1 s" })).toHaveLength(1);
  expect(reported({ concurrency: 1 })).toEqual([]);
  expect(reported({ requests: 64 })).toEqual([]);
  expect(reported({ outputTokens: 1 })).toEqual([]);
  expect(reported({ promptTokens: 5000 })).toEqual([]);
  const { serving, ...rest } = closed();
  expect(usersInStep({ ...rest, serving: { ...serving, scheduler: { ...serving.scheduler, kind: "prefill-first" } as never } })).toEqual(
    [],
  );
  const open = { kind: "open", requests: 256, rate: 4, promptTokens: 1000, outputTokens: 200 };
  expect(usersInStep({ ...closed(), workload: { ...closed().workload, ...open } as never })).toEqual([]);
});

test("the TTFT of users in step is several times that of users apart, who decode as fast", () => {
  const together = simulate(closed());
  const apart = simulate(closed({ outputTokens: { kind: "uniform", from: 180, to: 220 } }));
  expect(together.ttftSeconds!.mean! / apart.ttftSeconds!.mean!).toBeGreaterThan(2);
  expect(together.tpotSeconds!.mean! / apart.tpotSeconds!.mean!).toBeGreaterThan(0.8);
  expect(apart.warnings).toEqual([]);
  const oneByOne = simulate(closed({ rampUp: "3 s" })); // about as long as an answer takes
  expect(together.ttftSeconds!.mean! / oneByOne.ttftSeconds!.mean!).toBeGreaterThan(2);
});
