import { formatQuantity, type Scenario } from "@tokenyard/scenario";
import { type Case, type ExaminedPlan, type Formula, type Optimum, resultScope } from "@tokenyard/study";
import { counted } from "../terminal/amount.ts";

/**
 * How many GPUs carry the load of `scenario`, and that the most of those with fewer which were run do not: `8 GPUs (1 replica, tensor 8) carry 10 requests/s at ttft.p99 254 ms; no plan of 6 that was
 * run does (ttft.p99 2 s)`; and how many with fewer were neither run nor proved away. Undefined without a best plan, and for loads that are no rate and no users. `examined`: all plans that were run, with the values of `formulas`.
 */
export function carriedLoad(
  found: Optimum,
  scenario: Scenario,
  formulas: readonly Formula[],
  examined: readonly Case[],
): string | undefined {
  const { best } = found;
  const load = loadText(scenario);
  if (best === null || load === undefined) return undefined;
  const { gpus } = best.report;
  const asked = formulas.flatMap((formula, at) =>
    found.constraints.some((text) => text.startsWith(`${formula.text} `)) ? [{ formula, at }] : [],
  );
  const has = asked.map(({ formula }) => `${formula.text} ${valueText(formula, formula.evaluate(resultScope(best.report)))}`);
  const carries = `${counted(gpus, "GPU")} (${layoutText(best)}) ${gpus === 1 ? "carries" : "carry"} ${load}${has.length === 0 ? "" : ` at ${has.join(", ")}`}`;
  const fewer = fewerText(found, gpus, formulas, examined);
  return [carries, [fewer, openText(found)].filter((text) => text !== undefined).join(", and ")].filter((text) => text !== "").join("; ");
}

/** `5 plans of fewer GPUs were not run`, if some were left out by the formula or not examined: they may carry the load. */
function openText({ certificate }: Optimum): string | undefined {
  const open = certificate?.smallerNotRun ?? 0;
  return open === 0 ? undefined : `${counted(open, "plan")} of fewer GPUs ${open === 1 ? "was" : "were"} not run`;
}

function loadText({ workload, measure }: Scenario): string | undefined {
  if (workload.kind === "closed") {
    const { warmUp = 0 } = measure ?? {};
    return `${counted(workload.concurrency, "user")}${warmUp === 0 ? "" : `, the first ${Number((warmUp * 100).toPrecision(3))} % of requests aside,`}`;
  }
  return workload.kind === "open" && workload.rate !== undefined ? formatQuantity(workload.rate, "requests/s") : undefined;
}

/** Replicas and the degrees that are not 1. */
function layoutText({ parameters, report }: ExaminedPlan): string {
  const replicas = counted(Number(parameters["parallelism.data"] ?? 1), "replica");
  const degrees = ["pipeline", "expert", "tensor"].flatMap((name) => {
    const degree = Number(parameters[`parallelism.${name}`] ?? 1);
    return degree > 1 ? [`${name} ${degree}`] : [];
  });
  return [replicas, ...degrees, ...(report.gpus === 1 || degrees.length > 0 ? [] : ["a GPU each"])].join(", ");
}

/** The most GPUs below `gpus` that were run without a plan that holds the constraints, and a constraint that one of them misses. */
function fewerText(found: Optimum, gpus: number, formulas: readonly Formula[], examined: readonly Case[]): string | undefined {
  const at = formulas.findIndex(({ text }) => text === "gpus");
  const missing = examined.filter(({ values, met }) => met === false && (values[at] ?? gpus) < gpus);
  const most = Math.max(...missing.map(({ values }) => values[at]!));
  if (missing.length === 0 || examined.some(({ values, met }) => met === true && (values[at] ?? gpus) < gpus)) return undefined;
  const [nearest] = missing.filter(({ values }) => values[at] === most).sort((a, b) => a.index - b.index);
  const values = formulas.flatMap((formula, i) =>
    found.constraints.some((text) => text.startsWith(`${formula.text} `))
      ? [`${formula.text} ${valueText(formula, nearest!.values[i] ?? null)}`]
      : [],
  );
  return `no plan of ${most} that was run does${values.length === 0 ? "" : ` (${values.join(", ")})`}`;
}

function valueText({ unit }: Formula, value: number | null): string {
  if (value === null) return "unknown";
  const rounded = Number(value.toPrecision(3));
  return unit === "" || unit === undefined ? String(rounded) : formatQuantity(rounded, unit as Parameters<typeof formatQuantity>[1]);
}
