import type { Scenario } from "@tokenyard/scenario";
import type { Interval } from "../estimate.ts";
import type { Parameters } from "../point.ts";
import { answers, type Question, valueIn } from "./question.ts";
import type { Runs } from "./runs.ts";

/** What fewer GPUs would give. */
export interface SmallerPlan {
  readonly gpus: number;
  /** How it differs, as `pipeline 2, expert 4, tensor 1, 2 micro-batches`. */
  readonly plan: string;
  readonly found: number;
  readonly interval: Interval | null;
}

interface Degrees {
  readonly pipeline: number;
  readonly expert: number;
  readonly tensor: number;
}

/** A few plans with fewer GPUs than `gpus`, stages holding all their layers, a micro-batch for each stage. */
export function smallerPlans({ model }: Scenario, gpus: number): readonly Degrees[] {
  const experts = model.experts?.count ?? 1;
  const pipelines = [1, 4].filter((pipeline) => pipeline <= model.layers);
  const shares = [...new Set([1, experts])];
  return pipelines.flatMap((pipeline) =>
    shares.flatMap((expert) =>
      [1, 2].flatMap((tensor) => (pipeline * expert * tensor < gpus && fits(model, tensor) ? [{ pipeline, expert, tensor }] : [])),
    ),
  );
}

function fits({ attention, experts }: Scenario["model"], tensor: number): boolean {
  return attention.heads % tensor === 0 && (experts === undefined || experts.hiddenSize % tensor === 0);
}

export function parametersOf({ pipeline, expert, tensor }: Degrees): Parameters {
  return {
    "parallelism.layers": "shared-ranks",
    "parallelism.pipeline": pipeline,
    "parallelism.expert": expert,
    "parallelism.tensor": tensor,
    "parallelism.data": 1,
    "parallelism.attention": null,
    "serving.scheduler.microBatches": pipeline,
  };
}

/** What one GPU gives of the question's number, and the plan of `plans` that gives the most; each undefined when it cannot run. */
export async function fewerGpus(
  question: Question,
  plans: readonly Degrees[],
  runs: Runs,
  looks: readonly number[],
): Promise<{ readonly single: SmallerPlan | undefined; readonly best: SmallerPlan | undefined }> {
  const parametersFor = (degrees: Degrees) => ({ ...question.parameters, ...parametersOf(degrees) });
  const rows = await runs.of(plans.map((degrees) => runs.pointAt(parametersFor(degrees))));
  let best: Degrees | undefined;
  let most = Number.NEGATIVE_INFINITY;
  for (const [i, row] of rows.entries()) {
    const value = valueIn(row, question.part);
    if (value !== null && value > most) [best, most] = [plans[i], value];
  }
  const told = async (degrees: Degrees | undefined): Promise<SmallerPlan | undefined> => {
    if (degrees === undefined) return undefined;
    const [finding] = await answers([{ ...question, parameters: parametersFor(degrees) }], runs, looks);
    if (finding?.found == null) return undefined;
    const { pipeline, expert, tensor } = degrees;
    const plan = `pipeline ${pipeline}, expert ${expert}, tensor ${tensor}`;
    return { gpus: pipeline * expert * tensor, plan, found: finding.found, interval: finding.interval };
  };
  const one = plans.find(({ pipeline, expert, tensor }) => pipeline * expert * tensor === 1);
  return { single: await told(one), best: await told(best) };
}
