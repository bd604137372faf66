import { renderText, summarize } from "@tokenyard/report";
import { type LoadedScenario, loadScenario, messageOf, type Problem, Problems } from "@tokenyard/scenario";
import { prepare, type RequestRow, type Setup, start } from "@tokenyard/simulator";
import { brokenLaws } from "./laws.ts";

/** What became of one text: it ran and kept the laws, was refused with a place, was given up for its length, or shows a fault of ours. */
export type Outcome =
  | { readonly kind: "ran" }
  | { readonly kind: "refused" }
  | { readonly kind: "given up" }
  | { readonly kind: "fault"; readonly what: string };

const LONGEST_MESSAGE = 2000;
const PATH = "fuzz/scenario.yaml";

/** Tries `text` as a scenario file. `read` gives the files beside it; after `mostMs` on the wall the run is given up. */
export function tried(text: string, read: (path: string) => string, mostMs: number): Outcome {
  let loaded: LoadedScenario | undefined;
  try {
    loaded = loadScenario(text, { read, path: PATH });
    return ran(prepare(loaded.scenario, { readPieces: loaded.readPieces }), loaded, mostMs);
  } catch (error) {
    if (!(error instanceof Problems)) return { kind: "fault", what: String((error as Error).stack ?? error) };
    const homeless = error.problems.flatMap((problem) => (isPlaced(problem, loaded) ? [] : [messageOf(problem)]));
    if (error.problems.length === 0) return { kind: "fault", what: "refused without a problem" };
    if (homeless.length > 0) return { kind: "fault", what: `refused without a place, or at length: ${homeless.join("; ")}` };
    return { kind: "refused" };
  }
}

/** Whether `text` gets as far as a run, or shows a fault of ours on the way. */
export function isPrepared(text: string, read: (path: string) => string): boolean {
  try {
    const { scenario, readPieces } = loadScenario(text, { read, path: PATH });
    prepare(scenario, { readPieces });
    return true;
  } catch (error) {
    return !(error instanceof Problems);
  }
}

function ran(setup: Setup, { scenario }: LoadedScenario, mostMs: number): Outcome {
  const rows: RequestRow[] = [];
  const simulation = start(setup, { onRequest: (row) => rows.push({ ...row }) });
  const until = performance.now() + mostMs;
  while (simulation.advance(100)) if (performance.now() > until) return { kind: "given up" };
  const recording = simulation.recording();
  const report = summarize(recording);
  const broken = brokenLaws(setup, rows, recording, report);
  if (/NaN|Infinity|undefined/.test(renderText(report).replaceAll(scenario.name, ""))) broken.push("the text shows what is no number");
  return broken.length === 0 ? { kind: "ran" } : { kind: "fault", what: broken.join("; ") };
}

/** Whether a person finds the place of `problem`, and a message that is worth reading. */
function isPlaced(problem: Problem, loaded: LoadedScenario | undefined): boolean {
  const place = problem.place ?? loaded?.sources.locate(problem.path);
  const message = messageOf(problem);
  return place !== undefined && "line" in place && place.line >= 1 && place.column >= 1 && message.length <= LONGEST_MESSAGE;
}
