import { expect, test } from "vitest";
import { tiny } from "../fixtures/tiny.ts";
import { runnerContract } from "../runner.contract.ts";
import { sweep } from "../sweep/sweep.ts";
import { inProcessRunner } from "./in-process-runner.ts";

runnerContract("a runner in this thread", () => inProcessRunner(), 1);

test("a pause before each point lets the rest of the program run", async () => {
  let pauses = 0;
  const runner = inProcessRunner({ pause: async () => pauses++ });
  for await (const _ of sweep(tiny, { vary: { "workload.sequences": [1, 2, 3] }, runner }));
  expect(pauses).toBe(3);
});
