import { gpuByValues, modelsByValues, plainVersion } from "@tokenyard/scenario";
import type { PlanFacts } from "../schema/plan-schema.ts";
import type { Report } from "../schema/report.ts";
import { type Likeness, likenessOf } from "./likeness.ts";

/** The curve that a run is of, and where on it: runs of one curve differ in load alone. */
export interface Place {
  /** Engine as in `Likeness`. */
  readonly engine: string;
  /** Without a last part of 0. */
  readonly version: string;
  readonly gpu: string;
  readonly model: string;
  readonly layout: string;
  readonly load: Likeness["load"];
  /** Means, to a whole token. */
  readonly promptTokens: number;
  readonly outputTokens: number;
  /** Requests in flight. */
  readonly users: number;
}

/** Parts of a report that define its place. */
export type Placed = Pick<Report, "scenario" | "plan" | "gpus" | "requests" | "tokens" | "e2eSeconds" | "throughput">;
type Tree = Readonly<Record<string, unknown>>;

/** The place of a report that is like measured runs; undefined where none was like it, or nothing finished. */
export function placeOf(report: Placed): Place | undefined {
  const resolved = report.scenario.resolved as Readonly<Record<string, Tree>>;
  const likeness = likenessOf({ resolved, plan: report.plan });
  const { finished } = report.requests;
  if (!("engine" in likeness) || finished === 0) return undefined;
  const { cluster, model, engine, parallelism } = resolved;
  const gpu = cluster!["gpu"] as Tree;
  return {
    engine: likeness.engine,
    version: plainVersion(String(engine!["version"])),
    gpu: gpuByValues(gpu) ?? `${String(gpu["memory"])} at ${String(gpu["bandwidth"])}`,
    model: modelsByValues(model)[0] ?? `${String(model!["layers"])} layers of ${String(model!["hiddenSize"])}`,
    layout: layoutOf(parallelism!, report.gpus, report.plan),
    load: likeness.load,
    promptTokens: Math.max(1, Math.round(report.tokens.prompt / finished)),
    outputTokens: Math.max(1, Math.round(report.tokens.output / finished)),
    users: usersOf(report, resolved["workload"]!),
  };
}

/** Degrees as they come out, whichever of them a scenario states, and number formats. */
function layoutOf(degrees: Tree, gpus: number, { precision }: Pick<PlanFacts, "precision">): string {
  const of = (value: unknown) => (typeof value === "number" ? value : undefined);
  const [expert, tensor] = [of(degrees["expert"]) ?? 1, of(degrees["tensor"]) ?? 1];
  const attention = (degrees["attention"] ?? {}) as Tree;
  const heads = of(attention["tensor"]) ?? tensor;
  const dataGroups = of(attention["data"]) ?? Math.max(1, Math.floor((expert * tensor) / heads));
  const experts = precision.experts === null ? "" : `, experts ${expert} × ${tensor} in ${precision.experts}`;
  const formats = `weights ${precision.weights}, activations ${precision.activations}, cache ${precision.kvCache}`;
  return `${gpus} GPUs, attention ${dataGroups} × ${heads}${experts}, ${formats}`;
}

/** Users who wait for answers, or their number by Little's law. */
function usersOf({ throughput, e2eSeconds }: Placed, workload: Tree): number {
  const users = workload["concurrency"] ?? workload["sequences"];
  if (typeof users === "number") return users;
  return Math.max(1e-6, (throughput.requestsPerSecond ?? 0) * (e2eSeconds?.mean ?? 0));
}
