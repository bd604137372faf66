import { Problems, type Scenario } from "@tokenyard/scenario";
import { optimum } from "../../optimize/optimize.ts";
import type { Optimum } from "../../optimize/search/optimum.ts";
import { DECIDED } from "../../optimize/space/decided.ts";
import { doublings } from "../../optimize/space/ladder.ts";
import { isImpossible, type Parameters } from "../../points/point.ts";
import type { Runner } from "../../runners/runner.ts";
import type { Interval } from "../../statistics/estimate.ts";
import { planValues } from "../claims/plan-values.ts";
import { answers, type Question } from "./question.ts";
import type { Runs } from "./runs.ts";

/** Result of a plan with fewer GPUs. */
export interface SmallerPlan {
  readonly gpus: number;
  /** How it is laid out, as `pipeline 2, expert 4, tensor 1, micro-batches 2`. */
  readonly plan: string;
  readonly found: number;
  /** 95 % interval. */
  readonly interval: Interval | null;
}

/** Result per GPU, and the most that a search found with fewer GPUs; null when there is none. */
export interface FewerGpus {
  readonly single: SmallerPlan | null;
  readonly best: SmallerPlan | null;
  /** Number of plans that were run, and whether all others provably give no more. */
  readonly examined: number;
  readonly proven: boolean;
}

const MOST_PLANS = 40;
const ONE_GPU: Parameters = {
  "parallelism.layers": "shared-ranks",
  "parallelism.pipeline": 1,
  "parallelism.expert": 1,
  "parallelism.tensor": 1,
  "parallelism.data": 1,
  "parallelism.attention": null,
  "serving.scheduler.microBatches": 1,
};

/** Searches plans with fewer GPUs for a number, each search once: plans do not depend on the reading. */
export class SmallerPlans {
  private readonly runs: Runs;
  private readonly looks: readonly number[];
  private readonly searches = new Map<string, Promise<Optimum | undefined>>();

  constructor(runs: Runs, looks: readonly number[]) {
    this.runs = runs;
    this.looks = looks;
  }

  /**
   * One GPU; and the plan of one replica, with at most as many micro-batches as now, that gives the most of the question's number
   * with fewer GPUs than it has now: the one that `optimize` finds within 40 runs.
   */
  async of(question: Question): Promise<FewerGpus> {
    const single = await this.smallerPlan(question, ONE_GPU);
    const found = await this.search(question);
    const best = found?.best === undefined || found.best === null ? null : await this.smallerPlan(question, found.best.parameters);
    const isBest = best !== null && (single === null || best.found > single.found);
    return { single, best: isBest ? best : single, examined: found?.examined ?? 0, proven: found?.proven ?? false };
  }

  private async smallerPlan(question: Question, plan: Parameters): Promise<SmallerPlan | null> {
    const parameters = { ...undecided(question.parameters), ...plan };
    const [finding] = await answers([{ ...question, parameters }], this.runs, this.looks);
    const values = planValues(this.runs.scenarioAt(parameters));
    if (finding?.found == null || values instanceof Problems) return null;
    return { gpus: values("gpus")!, plan: planText(plan), found: finding.found, interval: finding.interval };
  }

  private search({ part, parameters }: Question): Promise<Optimum | undefined> {
    const now = this.runs.scenarioAt(parameters);
    const values = planValues(now);
    if (isImpossible(now) || values instanceof Problems || !part.isPlain) return Promise.resolve(undefined);
    const { scheduler } = now.serving;
    if (scheduler.kind !== "static") return Promise.resolve(undefined); // bounds know static batches only
    const rest = undecided(parameters);
    const asked = { text: part.text, maxGpus: values("gpus")! - 1, microBatches: doublings(scheduler.microBatches) };
    const key = JSON.stringify([asked, Object.entries(rest)]);
    const search = this.searches.get(key) ?? this.searched(rest, asked);
    this.searches.set(key, search);
    return search;
  }

  private async searched(
    rest: Parameters,
    { text, maxGpus, microBatches }: { text: string; maxGpus: number; microBatches: readonly number[] },
  ): Promise<Optimum | undefined> {
    if (maxGpus < 1) return undefined;
    try {
      return await optimum(this.runs.scenarioAt(rest) as Scenario, {
        objectives: [{ text, better: "more" }],
        targets: false,
        maxGpus,
        vary: { "parallelism.data": [1], "serving.scheduler.microBatches": microBatches },
        points: MOST_PLANS,
        runner: this.runnerWith(rest),
      });
    } catch (error) {
      if (error instanceof Problems) return undefined; // there are no plans to choose among
      throw error;
    }
  }

  /** Runs the plans of a search beside all else that the audit runs. */
  private runnerWith(rest: Parameters): Runner {
    const { runs } = this;
    return {
      async *run(points) {
        for await (const { index, parameters } of points) {
          const [row] = await runs.of([runs.pointAt({ ...rest, ...parameters })]);
          yield { ...row!, index, parameters };
        }
      },
    };
  }
}

/** `parameters` without those that a search decides. */
function undecided(parameters: Parameters): Parameters {
  return Object.fromEntries(Object.entries(parameters).filter(([path]) => !DECIDED.some((decided) => decided === path)));
}

function planText(plan: Parameters): string {
  const degrees = ["pipeline", "expert", "tensor"].map((degree) => `${degree} ${String(plan[`parallelism.${degree}`])}`);
  return [...degrees, `micro-batches ${String(plan["serving.scheduler.microBatches"])}`].join(", ");
}
