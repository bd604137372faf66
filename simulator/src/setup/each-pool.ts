import { messageOf, type Problem, Problems } from "@tokenyard/scenario";
import type { PoolScenario } from "./plans/pool-scenario.ts";

/** `make` of each pool; the problems that it throws are those of all pools, where the user wrote them. */
export function eachPool<T>(pools: readonly PoolScenario[], make: (pool: PoolScenario, index: number) => T): T[] {
  const problems: Problem[] = [];
  const made = pools.flatMap((pool, i) => {
    try {
      return [make(pool, i)];
    } catch (error) {
      if (!(error instanceof Problems)) throw error;
      problems.push(...error.problems.map((found) => pool.problem(found)));
      return [];
    }
  });
  throwIfAny(once(problems, messageOf)); // a fault of a shared part appears in both pools
  return made;
}

/** Each text once, the first time that it comes. */
export function once<T>(items: readonly T[], text: (item: T) => string): T[] {
  const seen = new Map<string, T>();
  for (const item of items) if (!seen.has(text(item))) seen.set(text(item), item);
  return [...seen.values()];
}

export function throwIfAny(problems: readonly Problem[]): void {
  if (problems.length > 0) throw new Problems(problems);
}
