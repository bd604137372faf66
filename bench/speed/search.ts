import { setImmediate } from "node:timers/promises";
import { choicesOf, Estimates, scenarioOf } from "@tokenyard/study";
import { type Optimum, optimize, workerRunner } from "tokenyard";
import { type Effort, onceSeconds } from "./best.ts";
import { duration, type Row, rate } from "./row.ts";
import { type AskedSearch, SEARCHES } from "./searches.ts";

/** Seconds after which a search ends early, in the rows of such. */
const BUDGET = 20;
/** Analytic points a second and core that are aimed at. */
const POINTS = 10_000;

/** How soon searches under load have an answer, on two workers: those of docs/optimize.md#under-load. Takes minutes. */
export async function search({ quick }: Effort): Promise<Row[]> {
  const rows: Row[] = [];
  const asked = quick ? SEARCHES.slice(0, 1) : SEARCHES;
  for (const each of asked) rows.push(...(await searched(each, quick ? 1 : undefined)));
  const [largest] = asked.slice(-1);
  if (!quick) rows.push(...(await searched(largest!, BUDGET)));
  return [...rows, ...priced(largest!)];
}

/** Runs a search to its end, or for `budget` seconds. */
async function searched({ name, scenario, maxGpus, aim }: AskedSearch, budget?: number): Promise<Row[]> {
  const runner = workerRunner({ workers: 2 });
  const before = process.cpuUsage();
  const startMs = performance.now();
  const cores = () => {
    const { user, system } = process.cpuUsage(before);
    return (user + system) / 1e6;
  };
  const seconds = () => (performance.now() - startMs) / 1e3;
  const stop = new AbortController();
  const timer = budget === undefined ? undefined : setTimeout(() => stop.abort(), budget * 1e3);
  let first: { readonly seconds: number; readonly cores: number } | undefined;
  let last: Optimum | undefined;
  const options = { objectives: [{ text: "gpus", better: "less" as const }], maxGpus, runner, signal: stop.signal };
  for await (const soFar of optimize(scenario, options)) {
    last = soFar;
    if (soFar.best !== null) first ??= { seconds: seconds(), cores: cores() };
    await setImmediate(); // to hear the timer
  }
  clearTimeout(timer);
  const whole = { seconds: seconds(), cores: cores() };
  await runner.close();
  const of = budget === undefined ? `search of ${name}` : `search of ${name}, ${budget} s`;
  const time = ({ seconds, cores }: typeof whole) => `${duration(seconds)}, ${duration(cores)} of the cores`;
  const found = first === undefined ? [] : [{ what: `${of}: first plan that holds`, value: time(first), ratio: "aim 10 s" }];
  const ratio = `${outcome(last!)}; aim ${budget === undefined ? aim : budget + 10} s`;
  return [...found, { what: of, value: time(whole), ratio }];
}

function outcome({ best, examined, left, certificate }: Optimum): string {
  const gpus = best === null ? "no plan" : `${best.objectives["gpus"]} GPUs`;
  const unlooked = left === 0 ? "" : `, ${left} not looked at`;
  return `${gpus}, best of ${examined} run${unlooked}, ${certificate?.formula?.leftOut ?? 0} left out by the formula`;
}

/** Plans that the formula of loads prices, once for the layouts that it times and once more. */
function priced({ name, scenario, maxGpus }: AskedSearch): Row[] {
  const plans = [...choicesOf(scenario, { maxGpus })];
  const estimates = new Estimates(scenario);
  const price = () => {
    let known = 0;
    for (const choice of plans) {
      const times = estimates.timesOf(JSON.stringify({ ...choice, data: 1 }), () => scenarioOf(scenario, choice));
      if ("problems" in times) continue;
      estimates.of(scenarioOf(scenario, choice), times)("tpotSeconds.p99");
      known++;
    }
    return known;
  };
  let known = 0;
  const first = onceSeconds(() => {
    known = price();
  });
  const again = onceSeconds(price);
  const of = `the formula of loads, ${name}`;
  return [
    {
      what: `${of}, with its layouts`,
      value: rate(known / first, "plans"),
      ratio: `${known} of ${plans.length}, ${estimates.layouts} layouts`,
    },
    { what: `${of}, again`, value: rate(known / again, "plans"), ratio: `aim ${POINTS} a second` },
  ];
}
