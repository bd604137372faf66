import { formatQuantity, type Scenario } from "@tokenyard/scenario";
import type { Parameters } from "../../points/point.ts";

/** One thing about a plan that can be changed alone, with the values that are tried. */
export interface Change {
  /** `batch size`, `micro-batches`, `number of GPUs`, `network bandwidth`, `launch overhead`. */
  readonly name: string;
  /** Present value; 1 where values are factors. */
  readonly now: number;
  readonly isWhole: boolean;
  /** Rising, without `now`. */
  readonly values: readonly number[];
  parametersAt(value: number): Parameters;
  /** The value as a reader sees it, as `×4` or `16`. */
  textOf(value: number): string;
}

/** Changes that may make a claim hold, each over a coarse grid around the present value; `gpus` is their present number. */
export function changesOf({ workload, serving, parallelism, cluster }: Scenario, gpus: number): Change[] {
  return [
    ...(workload.kind === "batch" ? [counted("batch size", "workload.sequences", workload.sequences, [1 / 4, 4, 16, 32])] : []),
    ...(serving.scheduler.kind === "static"
      ? [counted("micro-batches", "serving.scheduler.microBatches", serving.scheduler.microBatches, [1 / 8, 1 / 4, 1 / 2, 2, 4])]
      : []),
    replicas(parallelism.data, gpus),
    ...bandwidth(cluster),
    launch(cluster.gpu.launch),
  ];
}

/** Whole numbers from 1 up: each of `factors` times the present value. */
function counted(name: string, path: string, now: number, factors: readonly number[]): Change {
  const values = new Set(factors.map((factor) => Math.max(1, Math.round(now * factor))));
  values.delete(now);
  return {
    name,
    now,
    isWhole: true,
    values: [...values].sort((a, b) => a - b),
    parametersAt: (value) => ({ [path]: value }),
    textOf: String,
  };
}

/** Change to more or fewer GPUs under the same degrees: whole replicas. */
function replicas(now: number, gpus: number): Change {
  const textOf = (value: number) => `${Math.round((gpus / now) * value)} (${value === 1 ? "one replica" : `${value} replicas`})`;
  return { ...counted("number of GPUs", "parallelism.data", now, [1 / 4, 1 / 2, 2]), textOf };
}

/** Changes the bandwidth of both tiers at once. */
function bandwidth({ network }: Scenario["cluster"]): Change[] {
  if (network.kind !== "two-tier") return [];
  const tiers = ["node", "fabric"] as const;
  return [
    {
      name: "network bandwidth",
      now: 1,
      isWhole: false,
      values: [2, 4, 16],
      parametersAt: (factor) =>
        Object.fromEntries(
          tiers.map((tier) => [`cluster.network.${tier}.bandwidth`, formatQuantity(factor * network[tier].bandwidth, "B/s")]),
        ),
      textOf: (factor) => `×${Number(factor.toPrecision(3))}`,
    },
  ];
}

function launch(now: number): Change {
  return {
    name: "launch overhead",
    now,
    isWhole: false,
    values: now === 0 ? [] : [0, now / 4, now / 2],
    parametersAt: (seconds) => ({ "cluster.gpu.launch": formatQuantity(seconds, "s") }),
    textOf: (seconds) => formatQuantity(Number(seconds.toPrecision(3)), "s"),
  };
}
