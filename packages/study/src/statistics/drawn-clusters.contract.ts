import type { Distribution } from "@tokenyard/report";

/** A run with these values. */
export function runOf(values: readonly number[]): Distribution {
  const sorted = [...values].sort((a, b) => a - b);
  return { values: sorted, counts: sorted.map(() => 1), sum: sorted.reduce((sum, value) => sum + value, 0), never: 0 };
}

/** `seeds` runs of `requests` values that `draw` gives, which is asked first what kind of run it is. */
export function runs(seeds: number, requests: number, kind: () => () => number): Distribution[] {
  return Array.from({ length: seeds }, () => {
    const draw = kind();
    return runOf(Array.from({ length: requests }, draw));
  });
}
