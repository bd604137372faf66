import { fileURLToPath } from "node:url";
import { prepare, start } from "@tokenyard/simulator";
import { loadScenarioFile } from "tokenyard";
import { expect, test } from "vitest";
import { naiveLoop } from "./naive-loop.ts";
import { tripsOf } from "./trips.ts";

const PLAN = fileURLToPath(new URL("../../scenarios/deployment-plan/scenario.yaml", import.meta.url));

test("the naive loop ends at the same nanosecond, so that it does the same work", () => {
  const set = ["workload.outputTokens=3", "serving.overlap=none", "model.layers=5", "parallelism.pipeline=1"];
  const simulation = start(prepare(loadScenarioFile(PLAN, { set }).scenario), { spans: { fromNs: 0, toNs: Number.MAX_SAFE_INTEGER } });
  while (simulation.advance(1000));
  const recording = simulation.recording();
  const { events, endNs } = naiveLoop(recording, tripsOf(recording), 5000); // the fabric's latency
  expect(endNs).toBe(recording.horizonNs);
  const returns = 8 * 2; // micro-batches × later passes
  expect(events).toBe(recording.spans!.rank.length + returns);
  expect(simulation.progress().events).toBeLessThan(events / 50);
});
