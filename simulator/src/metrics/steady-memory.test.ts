/** @module-tag long */
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { parseScenario } from "@tokenyard/scenario";
import { expect, test } from "vitest";
import type { RunOptions } from "../options/run-options.ts";
import { prepare } from "../setup/prepare.ts";
import { start } from "../simulate.ts";

setFlagsFromString("--expose-gc");
const collect = runInNewContext("gc") as () => void;

/** Bytes that a run of so many seconds holds at its end, all its series sampled or none, with rules that fire again and again. */
function heldBytes(seconds: number, everyMs: number | undefined): number {
  const scenario = parseScenario({
    tokenyard: 1,
    model: { layers: 2, hiddenSize: 32, attention: { heads: 8, kvHeads: 4, headSize: 8 }, experts: { count: 16, topK: 1, hiddenSize: 64 } },
    cluster: {
      gpu: { compute: "1 TFLOPS", bandwidth: "100 GB/s", memory: "1 GB" },
      network: { kind: "two-tier", node: { bandwidth: "10 GB/s", latency: "1 us" }, fabric: { bandwidth: "2 GB/s", latency: "4 us" } },
    },
    parallelism: { expert: 4 },
    routing: { gate: "uniform", capacityFactor: 1.2 },
    workload: { kind: "open", requests: seconds, rate: "1 requests/s", arrivals: "constant", promptTokens: 32, outputTokens: 2 },
    serving: { scheduler: "continuous" },
    ...(everyMs === undefined
      ? {}
      : {
          alerts: {
            every: `${everyMs} ms`,
            rules: [{ name: "Full", metric: "expertCapacityUse", by: ["layer", "expert"], over: "2 s", above: "90 %" }],
          },
        }),
  });
  let numbers = 0;
  const sink = {
    take: (_: number, sample: { all(): readonly { values: Float64Array }[] }) => {
      for (const { values } of sample.all()) numbers += values.length;
    },
  };
  const options: RunOptions = everyMs === undefined ? {} : { samples: { everyMs, sinks: [sink] } };
  collect();
  const before = process.memoryUsage();
  const simulation = start(prepare(scenario), options);
  while (simulation.advance(Number.MAX_SAFE_INTEGER));
  collect();
  const after = process.memoryUsage();
  expect(simulation.progress().finished).toBe(seconds); // it is held until here
  if (everyMs !== undefined) expect(numbers * 8).toBeGreaterThan(seconds * 1_000 * (1_000 / everyMs)); // what keeping them would take
  return after.heapUsed - before.heapUsed + after.arrayBuffers - before.arrayBuffers;
}

test("memory does not grow with simulated time: ten times as long, samples hold no more", () => {
  const everyMs = 500;
  heldBytes(100, everyMs); // code and tables that come with the first run
  heldBytes(100, undefined);
  const growth = (every: number | undefined) => heldBytes(1_000, every) - heldBytes(100, every);
  const ofSamples = growth(everyMs) - growth(undefined); // latencies are kept one by one, sampled or not
  expect(ofSamples).toBeLessThan(5_000_000); // 1,800 samples more, of 8 kB or more each: 14 MB; code that V8 makes meanwhile comes and goes
});
