import type { Report } from "@tokenyard/report";
import { simulate } from "@tokenyard/simulator";
import { describe, expect, test } from "vitest";
import { like } from "../fixtures/tiny-like.ts";
import { inProcessRunner } from "../runners/in-process-runner.ts";
import type { Runner } from "../runners/runner.ts";
import { pooledEstimates } from "../seeds/pooled-seeds.ts";
import { optimum } from "./optimize.ts";

const workload = { kind: "open", rate: "60000 requests/s", requests: 40, promptTokens: 64, outputTokens: 4 };
const scenario = like({ workload, serving: { scheduler: { kind: "continuous", tokenBudget: 128, maxSequences: 4 } } });
const SEEDS = 4;
const objectives = [{ text: "gpus", better: "less" }] as const;
const vary = { "parallelism.expert": [1], "parallelism.tensor": [1], "parallelism.pipeline": [1], "parallelism.data": [1, 2, 3] };

function reportsOf(data: number, seeds: number): Report[] {
  return Array.from({ length: seeds }, (_, i) =>
    simulate(
      {
        ...scenario,
        seed: scenario.seed + i,
        parallelism: { ...scenario.parallelism, expert: 1, tensor: 1, pipeline: 1, data, attention: { tensor: 1, data: 1 } },
      },
      {},
      { distributions: true },
    ),
  );
}

const pooled = (data: number) => {
  const rows = reportsOf(data, SEEDS).map((report, index) => ({ index, parameters: {}, status: "ok", report }) as const);
  return pooledEstimates(rows, ["ttftSeconds.p99"])[0]!.value;
};

describe("a search over several seeds", () => {
  const [alone, together] = [reportsOf(1, 1)[0]!.ttftSeconds!.p99!, pooled(1)];
  const larger = pooled(2);
  const bound = (alone + together) / 2;

  test("finds a plan that holds the constraints over all of them, where the best by the first seed does not", async () => {
    expect(alone, String(together)).toBeLessThan(together); // else the seeds are to be others
    expect(larger).toBeLessThan(bound);
    const asked = { objectives, subjectTo: [`ttft.p99 <= ${bound} s`], vary, maxGpus: 3 };
    const first = await optimum(scenario, asked);
    expect(first.best!.report.gpus).toBe(1);
    expect(first).not.toHaveProperty("seeds");
    const all = await optimum(scenario, { ...asked, prune: false, replications: SEEDS });
    expect(all.best!.report.gpus).toBe(2);
    expect(all.front.map(({ report }) => report.gpus)).not.toContain(1);
    expect(all.seeds!.map(({ missed }) => missed.length)).toEqual([1, 0, 0]);
    expect(all.seeds![1]!.objectives["gpus"]).toMatchObject({ value: 2 });
  });

  test("goes on to plans that the first one beats, where that misses a constraint over them", async () => {
    const asked = { objectives, subjectTo: [`ttft.p99 <= ${bound} s`], vary: { ...vary, "parallelism.data": [1, 3] }, maxGpus: 3 };
    const one = await optimum(scenario, asked);
    expect([one.examined, one.pruned]).toEqual([1, 1]);
    const places: number[] = [];
    const inner = inProcessRunner();
    const runner: Runner = {
      async *run(points, runs) {
        for await (const row of inner.run(points, runs)) {
          places.push(row.index);
          yield row;
        }
      },
    };
    const found = await optimum(scenario, { ...asked, runner, replications: SEEDS });
    expect([found.best!.report.gpus, found.examined, found.pruned, found.left]).toEqual([3, 2, 0, 0]);
    expect(found).toMatchObject({ proven: true, exhaustive: true, certificate: { run: 2, provedAway: 0 } });
    expect(new Set(places).size).toBe(places.length);
  });

  test("that is to run no more plans has none, and does not call that proved", async () => {
    const asked = { objectives, subjectTo: [`ttft.p99 <= ${bound} s`], vary, maxGpus: 3, points: 1 };
    const found = await optimum(scenario, { ...asked, replications: SEEDS });
    expect(found).toMatchObject({ best: null, front: [], proven: false, exhaustive: false });
    expect(found.left).toBeGreaterThan(0);
  });

  test("has no best plan where none holds the constraints over all, and names the nearest by them", async () => {
    const asked = { objectives, subjectTo: [`ttft.p99 <= ${bound} s`], vary: { ...vary, "parallelism.data": [1] }, maxGpus: 3 };
    const found = await optimum(scenario, { ...asked, replications: SEEDS });
    expect(found).toMatchObject({ best: null, front: [], proven: true, seeds: [{ missed: asked.subjectTo }] });
    expect(found.nearest!.missed).toEqual([{ constraint: asked.subjectTo[0], value: together, bound: expect.closeTo(bound, 12) }]);
    expect(found.certificate!.winner).toBeNull();
  });
});
