import { formula } from "@tokenyard/expression";
import { normal, Streams } from "@tokenyard/random";
import type { Report } from "@tokenyard/report";
import { expect, test } from "vitest";
import { tiny } from "../fixtures/tiny.ts";
import { scenarioChanger } from "../points/scenario-changer.ts";
import { RESULT_WORDS } from "../points/words.ts";
import { inProcessRunner } from "../runners/in-process-runner.ts";
import { compare } from "./comparison.ts";

const horizon = formula("horizonSeconds", RESULT_WORDS);
const prompt = formula("tokens.prompt", RESULT_WORDS);
const slower = scenarioChanger(tiny)({ "cluster.gpu.launch": "1 us" });
if ("problems" in slower) throw new Error("there is such a scenario");

test("both see the same requests, so that what they have in common cancels", async () => {
  const { comparisons, pairs } = await compare(tiny, slower, [horizon, prompt], { replications: 6 });
  const [time, tokens] = comparisons;
  expect(pairs).toBe(6);
  expect(tokens!.a).toEqual(tokens!.b);
  expect(tokens!.difference).toMatchObject({ mean: 0, standardDeviation: 0 });
  expect(tokens!.isReal).toBe(false);
  expect(time!.isReal).toBe(true);
  expect(time!.difference.interval!.low).toBeGreaterThan(0);
  expect(time!.change!.interval!.low).toBeGreaterThan(1);
  expect(tokens!.change).toMatchObject({ factor: 1, p: 1 });
  expect(time!.difference.standardDeviation!).toBeLessThan(time!.a.standardDeviation! / 10); // pairing is what makes it visible
});

test("a scenario does not differ from itself", async () => {
  const { comparisons } = await compare(tiny, tiny, [horizon], { replications: 3 });
  expect(comparisons[0]).toMatchObject({ difference: { mean: 0, interval: { low: 0, high: 0 } }, isReal: false });
});

test("one pair cannot say", async () => {
  const { comparisons } = await compare(tiny, slower, [horizon], { replications: 1 });
  expect(comparisons[0]!.isReal).toBe(null);
});

test("pairs stop when the interval of the typical change is narrow at two looks in a row", async () => {
  const { pairs, isNarrow } = await compare(tiny, slower, [horizon], { replications: 50, precision: 0.1 });
  expect(isNarrow).toBe(true);
  expect(pairs).toBe(32); // 16 and 32
});

/** Of runs that measured ones say nothing of. */
const unmeasured = { scenario: { resolved: {} }, plan: {}, warnings: [] };

/** Gives a and b each its own noise of 1 around 10, and `shift` more to b. */
const noisy = (seed: number, shift: number) => {
  const stream = new Streams(seed).stream("noise");
  let runs = 0;
  return inProcessRunner({
    simulate: () => ({ ...unmeasured, horizonSeconds: 10 + normal(stream) + (runs++ % 2) * shift }) as unknown as Report,
  });
};

test("without a true difference one in twenty is called real", { tags: "long" }, async () => {
  let real = 0;
  const studies = 400;
  for (let study = 0; study < studies; study++) {
    const { comparisons } = await compare(tiny, tiny, [horizon], { replications: 5, runner: noisy(study, 0) });
    if (comparisons[0]!.isReal === true) real++;
  }
  const sigma = Math.sqrt((0.05 * 0.95) / studies);
  expect(Math.abs(real / studies - 0.05)).toBeLessThan(4 * sigma);
});

test("a pair with a missing run does not count, and the run is listed", async () => {
  let runs = 0;
  const runner = inProcessRunner({
    simulate: () => {
      if (runs++ === 2) throw new Error("a fault");
      return { ...unmeasured, horizonSeconds: runs } as unknown as Report;
    },
  });
  const { comparisons, missing } = await compare(tiny, tiny, [horizon], { replications: 3, runner });
  expect(missing).toEqual([{ index: 2, parameters: { scenario: "a", seed: 8 }, status: "failed", reason: "Error: a fault" }]);
  expect(comparisons[0]!.difference.count).toBe(2);
});
