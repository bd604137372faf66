// Runs a scenario once for each line that it reads, sampled or not, and answers with the milliseconds that the run took, by the clock and of the cores:
// `node sampled-run.js FILE none|alerts|all`. Alerts are the plan's four; of `all`, every series is sampled and dropped.
import { join } from "node:path";
import { createInterface } from "node:readline";
import type { Scenario } from "@tokenyard/scenario";
import { prepare, type RunOptions, start } from "@tokenyard/simulator";
import { loadScenarioFile } from "tokenyard";
import { GALLERY } from "../house.ts";

const [file, way] = process.argv.slice(2);
const { alerts: _, ...bare } = loadScenarioFile(file!).scenario;
const plan = loadScenarioFile(join(GALLERY, "alerts-on-the-plan", "scenario.yaml")).scenario.alerts!;
const EVERY_MS = plan.every * 1e3;

/** Rules that the scenario has series for. */
const rules = plan.rules.filter(({ metric }) => metric !== "expertCapacityUse" || bare.routing.capacityFactor !== undefined);
const scenario: Scenario = way === "alerts" ? { ...bare, alerts: { ...plan, rules } } : bare;
const options: RunOptions = way === "all" ? { samples: { everyMs: EVERY_MS, sinks: [{ take() {} }] } } : {};

for await (const _line of createInterface({ input: process.stdin })) {
  const setup = prepare(scenario);
  const before = process.cpuUsage();
  const startMs = performance.now();
  const simulation = start(setup, options);
  while (simulation.advance(Number.MAX_SAFE_INTEGER));
  simulation.recording();
  const clockMs = performance.now() - startMs;
  const { user, system } = process.cpuUsage(before);
  console.log(clockMs, (user + system) / 1e3);
}
