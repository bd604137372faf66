import { condition, formula } from "@tokenyard/expression";
import { RESIDUAL_TABLE, type Report, residualsLike } from "@tokenyard/report";
import { parseScenario } from "@tokenyard/scenario";
import { simulate } from "@tokenyard/simulator";
import { expect, test } from "vitest";
import { RESULT_WORDS } from "../points/words.ts";
import { pairWinners } from "./pair-winner.ts";
import { type Winner, type WinnerDemands, winnerOf } from "./winner.ts";

const plan = (change: object = {}, target = "1 s") =>
  simulate(
    parseScenario({
      tokenyard: 1,
      model: { preset: "llama-3.1-8b" },
      cluster: { gpu: "h100-sxm", network: "hgx-h100-ndr" },
      engine: "vllm",
      workload: { kind: "closed", requests: 8, concurrency: 2, promptTokens: 100, outputTokens: 10 },
      targets: { "tpot.mean": target },
      ...change,
    }),
  );
const own = plan();
const other = plan({ parallelism: { tensor: 2 } });
const roofline = plan({ cluster: { gpu: "h100-sxm", network: "hgx-h100-ndr", kernels: "roofline" } });

const objective = (text: string, better: "less" | "more" = "less") => ({ formula: formula(text, RESULT_WORDS), better });
const holds = (...texts: string[]) => texts.map((text) => condition(text, RESULT_WORDS));
const wanted = (objectives: WinnerDemands["objectives"], ...constraints: string[]): WinnerDemands => ({
  objectives,
  constraints: holds(...constraints),
});
const winner = (reports: readonly Report[], asked: WinnerDemands) => winnerOf(reports, asked) as Winner;
/** A report with another TPOT, `times` as long. */
const slower = (report: Report, times: number): Report => ({
  ...report,
  tpotSeconds: { ...report.tpotSeconds!, mean: report.tpotSeconds!.mean! * times },
});
const tpot = own.tpotSeconds!.mean!;

test("a plan by itself is the best as surely as its report says that its target holds", () => {
  for (const bound of [0.95, 1, 1.1]) {
    const report = plan({}, `${tpot * bound * 1e3} ms`);
    const { chance, misses, beaten } = winner([report], wanted([objective("gpus")], `tpot.mean <= ${tpot * bound * 1e3} ms`));
    expect(chance).toBeCloseTo(report.targets[0]!.probability!, 1);
    expect(misses).toBeCloseTo(1 - chance, 10);
    expect(beaten).toBe(0);
  }
});

test("of two plans with one error the faster one stays the best, and with the same number either may be", () => {
  const asked = wanted([objective("tpot.mean")]);
  expect(winner([own, slower(own, 2)], asked)).toMatchObject({
    chance: 0.99,
    misses: 0,
    beaten: 0,
    regret: null,
    against: 1,
    unknown: 0,
    measure: null,
  });
  const even = winner([own, { ...own }], asked);
  expect(even.chance).toBeCloseTo(0.5, 1);
  expect(even.beaten).toBeCloseTo(1 - even.chance, 10);
  expect(even.measure!.chance).toBeGreaterThan(0.55); // one of two errors is known then
  expect(even.regret!).toBeGreaterThan(0);
  expect(even.regret!).toBeLessThan(0.1);
});

test("the better by a standard deviation of what two layouts do not share is it with 84 %", () => {
  const [like] = [
    residualsLike(
      { engine: "vllm", kind: "dense", load: "closed", combinations: ["vllm llama-3.1-8b h100-sxm"], borrows: false },
      RESIDUAL_TABLE,
    )!,
  ];
  const { below, above } = like.spreads.tpotSeconds;
  const deviation = (RESIDUAL_TABLE.apart.layout.tpotSeconds * Math.SQRT2 * ((below + above) / 2)) / 1.2816;
  const times = (own.tpotSeconds!.mean! / other.tpotSeconds!.mean!) * Math.exp(deviation);
  const rival = slower(other, times);
  expect(winner([own, rival], wanted([objective("tpot.mean")])).chance).toBeCloseTo(0.84, 1);
  const numbers = [{ name: "tpot.mean", a: own.tpotSeconds!.mean!, b: rival.tpotSeconds!.mean!, change: undefined }];
  const found = pairWinners([own, rival], numbers) as Extract<ReturnType<typeof pairWinners>, { winners: unknown }>;
  expect(found.winners[0]).toMatchObject({ plan: "a" });
  expect(found.winners[0]!.chance).toBeCloseTo(0.84, 1);
});

test("a cheaper plan that holds the target on a third of the servers beats a sure one there, and its run decides", () => {
  const bound = tpot * 0.97; // the cheap one misses it by 3 %
  const cheap = own;
  const dear = slower(other, 0.1);
  const asked = wanted([objective("gpus")], `tpot.mean <= ${bound * 1e3} ms`);
  const alone = winner([cheap], asked);
  const { chance, beaten, misses, regret, measure } = winner([dear, cheap], asked);
  expect(misses).toBe(0);
  expect(beaten).toBeCloseTo(alone.chance, 1);
  expect(chance).toBeCloseTo(1 - alone.chance, 1);
  expect(regret).toBe(0.5); // one GPU for two
  expect(measure!.plan).toBe(1);
  expect(measure!.chance).toBeGreaterThan(chance);
});

test("what users pay for a token is as unsure as throughput is", () => {
  const priced = { cluster: { gpu: "h100-sxm", network: "hgx-h100-ndr" } };
  const [a, b] = [plan(priced), plan({ ...priced, parallelism: { tensor: 2 } })];
  const cost = winner([a, b], wanted([objective("costPerMillionTokens")]));
  const rate = winner([a, b], wanted([objective("throughputPerGpu", "more")]));
  expect(cost.chance).toBeCloseTo(rate.chance, 10);
});

test("a rival that no measured run was like is counted, and a plan that none was like has no winner", () => {
  expect(winner([own, roofline], wanted([objective("tpot.mean")]))).toMatchObject({ against: 1, unknown: 1, chance: 0.99 });
  expect(winnerOf([roofline, own], wanted([objective("tpot.mean")]))).toEqual({ uncalibrated: ["roofline kernels"] });
  expect(pairWinners([own, roofline], [])).toEqual({ uncalibrated: ["roofline kernels"] });
});

test("seeds that say nothing of two numbers leave the winner open, whatever errors they share", () => {
  const at = (interval: { low: number; high: number } | null) =>
    pairWinners([own, own], [{ name: "tpot.mean", a: tpot, b: tpot * 0.9, change: { factor: 0.9, interval, p: 0 } }]);
  const of = (found: ReturnType<typeof at>) => ("winners" in found ? found.winners[0]! : undefined)!;
  expect(of(at(null)).plan).toBe("b");
  expect(of(at(null)).chance).toBeGreaterThan(0.95);
  expect(of(at({ low: 0.3, high: 2.7 })).chance).toBeLessThan(0.65);
});

test("numbers without a measured error have no winner", () => {
  const numbers = ["gpus", "cost", "energyPerToken", "loadVariance"].map((name) => ({ name, a: 1, b: 2, change: undefined }));
  expect(pairWinners([own, other], numbers)).toEqual({ winners: [null, null, null, null] });
});
