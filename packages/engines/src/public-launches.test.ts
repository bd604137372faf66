import { expect, test } from "vitest";
import { publicLaunches } from "./fixtures/launches.ts";
import { importText } from "./import.ts";
import { ImportProblems } from "./place.ts";

const launches = publicLaunches();

test("there are sixty launches of public recipes, each with its source", () => {
  expect(launches.length).toBeGreaterThanOrEqual(60);
  for (const { source } of launches) expect(source).toMatch(/^[\w-]+\/[\w.-]+ \S+/);
  expect(new Set(launches.map(({ name }) => name)).size).toBe(launches.length);
});

test.each(launches.map((each) => [each.name, each] as const))(
  "%s imports, with its GPUs",
  (name, { text, env, gpu, model, read, gpus }) => {
    try {
      const { loaded, notModelled } = importText(text, { file: `${name}.txt`, env, gpu, model, read });
      const { pools, parallelism, cluster } = loaded.scenario;
      const ranksOf = ({ expert, tensor, pipeline, data, attention }: typeof parallelism) =>
        Math.max(expert * tensor, (attention?.tensor ?? 1) * (attention?.data ?? 1)) * pipeline * data;
      const total =
        pools === undefined
          ? ranksOf(parallelism)
          : pools.reduce((sum, pool) => sum + ranksOf(pool.parallelism ?? parallelism) * pool.count, 0);
      expect(total).toBe(gpus);
      expect(cluster.gpu.memory).toBeGreaterThan(0);
      expect(notModelled.filter((each) => each.includes("not in the table"))).toEqual([]);
    } catch (error) {
      if (error instanceof ImportProblems) throw new Error(error.message);
      throw error;
    }
  },
);
