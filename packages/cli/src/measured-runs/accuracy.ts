import { COMPARED, type ComparedName, type ComparedRun } from "./compared-run.ts";

/** Deviations of simulated numbers from measured ones. */
export interface Errors {
  readonly runs: number;
  /** Median of |simulated / measured − 1|. */
  readonly median: number;
  readonly p90: number;
  /** Median of simulated / measured − 1. */
  readonly bias: number;
  /** Measured runs in the 80 % interval, and those that have one. */
  readonly inside: number;
  readonly bounded: number;
}

/** Runs of one engine, kind of model, GPU and kind of load. */
export interface Stratum {
  readonly name: string;
  readonly errors: Readonly<Partial<Record<ComparedName, Errors>>>;
}

/** Comparison of measured runs with the simulator. */
export interface Accuracy {
  /** Each stratum, and all runs together last. */
  readonly strata: readonly Stratum[];
  readonly runs: readonly ComparedRun[];
}

export function accuracyOf(runs: readonly ComparedRun[]): Accuracy {
  const names = [...new Set(runs.flatMap(({ stratum }) => stratum ?? []))].sort();
  const strata = names.map((name) => ({ name, errors: errorsOf(runs.filter(({ stratum }) => stratum === name)) }));
  return { strata: [...strata, { name: "all", errors: errorsOf(runs) }], runs };
}

function errorsOf(runs: readonly ComparedRun[]): Stratum["errors"] {
  const all = (Object.keys(COMPARED) as ComparedName[]).flatMap((name) => {
    const own = runs.flatMap(({ numbers }) => numbers[name] ?? []);
    if (own.length === 0) return [];
    const sizes = own.map(({ error }) => Math.abs(error));
    const bounded = own.filter(({ inside }) => inside !== null);
    const errors: Errors = {
      runs: own.length,
      median: quantile(sizes, 0.5),
      p90: quantile(sizes, 0.9),
      bias: quantile(
        own.map(({ error }) => error),
        0.5,
      ),
      inside: bounded.filter(({ inside }) => inside).length,
      bounded: bounded.length,
    };
    return [[name, errors] as const];
  });
  return Object.fromEntries(all);
}

/** Quantile, linear between the two nearest values. */
function quantile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  const at = (sorted.length - 1) * share;
  const [low, high] = [sorted[Math.floor(at)]!, sorted[Math.ceil(at)]!];
  return low + (high - low) * (at - Math.floor(at));
}
