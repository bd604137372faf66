import type { Report } from "@tokenyard/report";
import type { ClusterSpec, Scenario } from "@tokenyard/scenario";
import fc from "fast-check";
import { expect, test } from "vitest";
import { drawnScenario } from "../drawn-scenario.contract.ts";
import { loadedScenario } from "../loaded-scenario.contract.ts";
import { simulate } from "../simulate.ts";

// What a run costs and takes of energy: docs/models/cost-and-energy.md#cost and #energy.

type Spending = Partial<Pick<ClusterSpec["gpu"], "cost" | "power">> & { site?: ClusterSpec["site"] };

/** A run of `scenario` on GPUs at that price and power. */
function spent({ cluster, ...scenario }: Scenario, { site, ...gpu }: Spending): Report {
  const { cost: _, power: __, ...bare } = cluster.gpu;
  return simulate({ ...scenario, cluster: { ...cluster, gpu: { ...bare, ...gpu }, ...(site === undefined ? {} : { site }) } });
}

const law = (check: (scenario: Scenario) => void) =>
  fc.assert(fc.property(fc.oneof(drawnScenario, loadedScenario), check), { numRuns: drawnCases(24) });
/** To nine digits, or nothing of nothing. */
function near(value: number | null, expected: number): void {
  if (expected === 0 || Number.isNaN(expected)) expect(value ?? 0).toBe(0);
  else expect(value! / expected).toBeCloseTo(1, 9);
}

test("GPUs take no less than idle power for the whole run, and no more than the peak; without the carbon of a kWh no carbon is reported", () => {
  law((scenario) => {
    const { gpus, horizonSeconds, energy } = spent(scenario, { power: { idle: 100, peak: 700 } });
    const gpuSeconds = gpus * horizonSeconds;
    expect(energy!.joules).toBeGreaterThanOrEqual(100 * gpuSeconds);
    expect(energy!.joules).toBeLessThanOrEqual(700 * gpuSeconds);
    near(energy!.joules, (energy!.wattsPerGpu ?? 0) * gpuSeconds);
    expect(energy).toMatchObject({ grams: null, gramsPerMillionTokens: null });
  });
});

test("where idle GPUs draw what busy ones do, energy is power times time; the site takes pue of it, and its carbon follows", () => {
  law((scenario) => {
    const { gpus, horizonSeconds, tokens, energy } = spent(scenario, { power: { idle: 360, peak: 360 }, site: { pue: 1.5, carbon: 200 } });
    const joules = 360 * 1.5 * gpus * horizonSeconds;
    near(energy!.joules, joules);
    if (horizonSeconds > 0) near(energy!.wattsPerGpu, 360);
    near(energy!.grams, (joules / 3.6e6) * 200);
    if (tokens.prompt === 0) return; // all were rejected
    near(energy!.joulesPerToken, joules / (tokens.prompt + tokens.output));
    near(energy!.joulesPerOutputToken, joules / tokens.output);
    near(energy!.gramsPerMillionTokens, ((joules / 3.6e6) * 200e6) / (tokens.prompt + tokens.output));
  });
});

test("cost is GPU hours times the price of one, whatever the run: twice the price, twice the cost; and it changes nothing else", () => {
  law((scenario) => {
    const [once, twice] = [spent(scenario, { cost: 2 }), spent(scenario, { cost: 4 })];
    near(once.cost.usd, 2 * once.cost.gpuHours);
    near(once.cost.gpuHours, (once.gpus * once.horizonSeconds) / 3600);
    for (const key of ["usd", "usdPerMillionTokens", "usdPerMillionInputTokens", "usdPerMillionOutputTokens"] as const)
      expect(twice.cost[key]).toEqual(once.cost[key] === null ? null : 2 * once.cost[key]);
    const { prompt, output } = once.tokens;
    if (prompt === 0) return; // all were rejected
    near(1 / once.cost.usdPerMillionTokens!, 1 / once.cost.usdPerMillionInputTokens! + 1 / once.cost.usdPerMillionOutputTokens!);
    near(once.cost.usdPerMillionTokens! * (prompt + output), once.cost.usd! * 1e6);
    expect(twice.ttftSeconds).toEqual(once.ttftSeconds);
  });
});

test("without a price there is no cost, without power no energy; GPU hours there are always", () => {
  law((scenario) => {
    const report = spent(scenario, {});
    expect(report.cost).toMatchObject({
      usd: null,
      usdPerMillionTokens: null,
      usdPerMillionInputTokens: null,
      usdPerMillionOutputTokens: null,
    });
    expect(report.energy).toBeNull();
    expect(report.cost.gpuHours > 0).toBe(report.horizonSeconds > 0);
  });
});
