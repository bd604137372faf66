import { ImportProblems, importText, problemText } from "@tokenyard/engines";
import { type PolicyWords, Problems, parseScenario, pathText, type Scenario, withCalibration } from "@tokenyard/scenario";
import { parse } from "yaml";
import { observedWorkload } from "./observed/observed-workload.ts";
import { recordedArrivals } from "./recorded-arrivals.ts";
import type { MeasuredRun } from "./run/measured-run.ts";
import { lengthsOf } from "./run-lengths.ts";

/** Part of TTFT that the client of a closed-loop benchmark adds. Source: docs/models/scheduling.md#host-time. */
const CLIENT = "12 ms";
/** Requests of a user in a closed loop whose number is not known. */
const ROUNDS = 10;

/** A run by its own launch line, or else by the scenario that it was observed with, and its own load, with a calibration where one is given, or why no scenario can say it. `words`: those of plug-ins that may run. */
export function scenarioOfRun(run: MeasuredRun, calibration?: object, words?: PolicyWords): Scenario | string {
  const { launch, engine, gpu, source, observed } = run;
  const given = observed?.scenario ?? null;
  if (launch === null && given === null) return "no launch line: --launch TEXT";
  const workload = workloadOf(run);
  if (typeof workload === "string") return workload;
  const named = {
    name: `${source.file}#${source.at}`,
    workload,
    ...(observed == null ? {} : { seed: observed.seed }),
    ...(calibration === undefined ? {} : { calibration }),
  };
  try {
    if (launch === null) {
      const { targets: _, measure: __, ...plan } = given as { readonly targets?: unknown; readonly measure?: unknown };
      return parseScenario({ ...(calibration === undefined ? plan : withCalibration(plan, calibration)), ...named }, { words });
    }
    const { text } = importText(launch, { file: source.file, gpu, engineVersion: engine.version ?? undefined });
    const { targets: _, ...plan } = parse(text) as { readonly targets?: unknown; readonly model: unknown };
    const scenario = parseScenario({ ...plan, ...named });
    const isSparse = scenario.model.experts !== undefined;
    return isSparse ? parseScenario({ ...plan, ...named, routing: { resolution: "law" } }) : scenario;
  } catch (error) {
    if (error instanceof ImportProblems) return error.problems.map(problemText).join("; ");
    if (error instanceof Problems) return reasonOf(error);
    throw error;
  }
}

/** Why no scenario can be, in a line. */
export function reasonOf({ problems }: Problems): string {
  return problems.map(({ path, given, wanted }) => `${pathText(path)}: ${given} given; wanted ${wanted}`).join("; ");
}

/** Workload of `run`, or a description of the missing part. */
function workloadOf(run: MeasuredRun): object | string {
  const { load, requests, observed } = run;
  if (observed != null) return observedWorkload(observed);
  if (load === null) return "how requests were sent is not written";
  const lengths = lengthsOf(run);
  if (lengths === undefined) return "lengths of prompts or outputs are not written, or zero";
  const count = requests?.finished;
  if (load.kind === "closed") {
    const { concurrency } = load;
    return { kind: "closed", concurrency, requests: Math.max(concurrency, count || ROUNDS * concurrency), ...lengths, client: CLIENT };
  }
  if (load.kind === "scenario") return "its load is that of a scenario, which is not written";
  if (load.kind === "replay") {
    const arrivals = recordedArrivals(run.each ?? []);
    return typeof arrivals === "string" ? arrivals : { kind: "open", ...arrivals, ...lengths };
  }
  if (load.concurrency !== null && load.concurrency < (count ?? Number.POSITIVE_INFINITY))
    return `a rate beside at most ${load.concurrency} requests at a time`;
  if (!count) return "the number of its requests is not written";
  const shape =
    load.burstiness === null || load.burstiness === 1 ? {} : { arrivals: { kind: "gamma", variation: 1 / Math.sqrt(load.burstiness) } };
  return { kind: "open", requests: count, rate: `${load.requestsPerSecond} requests/s`, ...shape, ...lengths };
}
