import { modelLayers } from "@tokenyard/model";
import { Problems, type Scenario } from "@tokenyard/scenario";
import { planValues } from "./plan-values.ts";

const MOST = 16;

/**
 * Whole numbers between `from` and `to` at which the value at `path` divides something differently: GPUs of a node the ranks of a layer, of
 * a stage and of all; micro-batches the batch and the stages; degrees the layers, the experts and the heads. Divisors of those and powers
 * of two, if there are at most 16; else powers of two. None for a number that divides nothing.
 */
export function cutsOf(path: string, scenario: Scenario, from: number, to: number): number[] {
  const cut = cutUpBy(path, scenario);
  if (cut.length === 0) return [];
  const powers: number[] = [];
  for (let power = 1; power <= to; power *= 2) if (power >= from) powers.push(power);
  const all = new Set([...powers, ...cut.flatMap((number) => divisors(number).filter((each) => each >= from && each <= to))]);
  return all.size <= MOST ? [...all] : powers;
}

function cutUpBy(path: string, scenario: Scenario): number[] {
  const { model, workload } = scenario;
  if (path.startsWith("parallelism.")) return [model.layers, ...headsOf(model), model.experts?.count ?? 1];
  const values = planValues(scenario);
  const plan = (name: string) => (values instanceof Problems ? 1 : (values(`plan.${name}`) ?? 1));
  if (path === "cluster.gpusPerNode") return [plan("ranksPerLayer"), plan("ranksPerStage"), plan("ranks")];
  if (path === "serving.scheduler.microBatches") return [...(workload.kind === "batch" ? [workload.sequences] : []), plan("stages")];
  if (path === "workload.sequences" || path === "workload.concurrency") return [plan("ranksPerLayer"), plan("stages")];
  return [];
}

function divisors(number: number): number[] {
  const found: number[] = [];
  for (let each = 1; each * each <= number; each++) if (number % each === 0) found.push(each, number / each);
  return found;
}

/** Sizes that tensor parallelism cuts up, of all mixers. */
function headsOf(model: Scenario["model"]): number[] {
  return [
    ...new Set(
      modelLayers(model).mixers.flatMap(({ splits }) => splits.filter(({ replicated }) => replicated !== true).map(({ size }) => size)),
    ),
  ];
}
