import { renderText, summarize } from "@tokenyard/report";
import { type LoadedScenario, loadScenario, messageOf, type Problem, Problems, parseScenario } from "@tokenyard/scenario";
import { prepare, type RequestRow, type Setup, start } from "@tokenyard/simulator";
import { stringify } from "yaml";
import { brokenLaws } from "./laws.ts";
import type { Tree } from "./tree.ts";

/** What became of one text: it ran and kept the laws, was refused with a place, was given up for its length, or shows a fault of ours. */
export type Outcome =
  | { readonly kind: "ran" }
  /** `ran`: by what only the run could show. */
  | { readonly kind: "refused"; readonly ran: boolean }
  | { readonly kind: "given up" }
  | { readonly kind: "fault"; readonly what: string };

const LONGEST_MESSAGE = 2000;
/** Pattern in a text that is not allowed unless it is a given name. */
const NO_NUMBER = /NaN|Infinity|undefined/;
const PATH = "fuzz/scenario.yaml";

/** Tries `text` as a scenario file. `read` gives the files beside it; after `mostMs` on the wall the run is given up. */
export function tried(text: string, read: (path: string) => string, mostMs: number): Outcome {
  let loaded: LoadedScenario | undefined;
  let setup: Setup | undefined;
  try {
    loaded = loadScenario(text, { read, path: PATH });
    setup = prepare(loaded.scenario, { readPieces: loaded.readPieces });
    return ran(setup, loaded, mostMs);
  } catch (error) {
    if (!(error instanceof Problems)) return { kind: "fault", what: String((error as Error).stack ?? error) };
    const homeless = error.problems.flatMap((problem) => (isPlaced(problem, loaded) ? [] : [messageOf(problem)]));
    if (error.problems.length === 0) return { kind: "fault", what: "refused without a problem" };
    if (homeless.length > 0) return { kind: "fault", what: `refused without a place, or at length: ${homeless.join("; ")}` };
    return { kind: "refused", ran: setup !== undefined };
  }
}

/** Whether `tree`, as a scenario file, gets as far as a run, or shows a fault of ours on the way. */
export function isPrepared(tree: Tree, read: (path: string) => string): boolean {
  try {
    const { scenario, readPieces } = namesFiles(tree)
      ? loadScenario(stringify(tree), { read, path: PATH })
      : { scenario: parseScenario(tree) };
    prepare(scenario, readPieces === undefined ? {} : { readPieces });
    return true;
  } catch (error) {
    return !(error instanceof Problems);
  }
}

/** Whether there is more to `tree` than itself. Without files it needs no text: to write one and read it takes as long as the rest. */
function namesFiles(tree: Tree): boolean {
  if (typeof tree !== "object" || tree === null || Array.isArray(tree)) return true;
  const { model, routing, workload } = tree;
  const parts = [tree, model, routing, workload, (routing as { gate?: Tree } | undefined)?.gate];
  return parts.some((part) => FILES.some((key) => typeof part === "object" && part !== null && Object.hasOwn(part, key)));
}

const FILES = ["extends", "huggingface", "path"];

function ran(setup: Setup, { scenario }: LoadedScenario, mostMs: number): Outcome {
  const rows: RequestRow[] = [];
  const simulation = start(setup, { onRequest: (row) => rows.push({ ...row }) });
  const until = performance.now() + mostMs;
  while (simulation.advance(100)) if (performance.now() > until) return { kind: "given up" };
  const recording = simulation.recording();
  const report = summarize(recording);
  const broken = brokenLaws(setup, rows, recording, report);
  if (NO_NUMBER.test(renderText(report)) && !NO_NUMBER.test(JSON.stringify(scenario))) broken.push("the text shows what is no number");
  return broken.length === 0 ? { kind: "ran" } : { kind: "fault", what: broken.join("; ") };
}

/** Whether a person finds the place of `problem`, and a message that is worth reading. */
function isPlaced(problem: Problem, loaded: LoadedScenario | undefined): boolean {
  const place = problem.place ?? loaded?.sources.locate(problem.path);
  const message = messageOf(problem);
  return place !== undefined && "line" in place && place.line >= 1 && place.column >= 1 && message.length <= LONGEST_MESSAGE;
}
