import { comparisonConclusion, type StudyConclusion } from "@tokenyard/report";
import { resolvedOf, targetsOf } from "@tokenyard/scenario";
import {
  CaseBook,
  type Comparison,
  compare,
  formula,
  inProcessRunner,
  meetsTargets,
  metricsShown,
  RESULT_WORDS,
  type StudyTable,
  studyTable,
  sweepPoints,
  tableFormulas,
  targetBounds,
  usualGoals,
} from "@tokenyard/study";
import { stringify } from "yaml";
import { loadedSource, type ReadBlob, type Source } from "./source.ts";

/** How a study is heard of, and ended: `pause` throws where it is to end. */
export interface StudyTools {
  pause(): Promise<void>;
  onProgress(ended: number, most: number): void;
  readonly readBlob: ReadBlob;
}

/** Runs every point of the source's `sweep` section with one seed each, and gives its table as `tokenyard sweep --html` has it. Throws Problems. */
export async function sweepTable(source: Source, { pause, onProgress, readBlob }: StudyTools): Promise<StudyTable> {
  const { scenario, readPieces } = loadedSource(source, readBlob);
  const points = sweepPoints(scenario, {}, readPieces);
  const shown = metricsShown(scenario).map((text) => formula(text, RESULT_WORDS));
  const goals = usualGoals(scenario).map(([text, better]) => {
    const there = shown.findIndex((each) => each.text === text);
    return { at: there >= 0 ? there : shown.push(formula(text, RESULT_WORDS)) - 1, better };
  }) as [{ at: number; better: "less" | "more" }, { at: number; better: "less" | "more" }];
  const formulas = tableFormulas(shown);
  const book = new CaseBook(formulas, 1, meetsTargets);
  let ended = 0;
  for await (const row of inProcessRunner({ readPieces, pause }).run(points)) {
    book.add(row);
    onProgress(++ended, points.most);
    await pause();
  }
  book.end();
  const demands = targetsOf(scenario).length > 0 ? "targets" : undefined;
  const bounds = targetBounds(scenario);
  return studyTable(book.cases, {
    title: `sweep of ${scenario.name}`,
    file: source.path,
    goals,
    shown: shown.length,
    formulas,
    demands,
    bounds,
  });
}

/** Two plans over the same seeds. */
export interface Pair {
  readonly conclusion: StudyConclusion;
  readonly pairs: number;
  readonly numbers: readonly PairedNumber[];
}

/** One number of both: means and the typical change of a run. */
export interface PairedNumber {
  readonly name: string;
  readonly unit: string;
  readonly a: Comparison["a"];
  readonly b: Comparison["b"];
  readonly change: Comparison["change"] | null;
  readonly isReal: boolean | null;
}

/** Numbers to compare for any two plans, beside the metrics of their targets; the same as in `tokenyard compare`. */
const ALWAYS = ["ttft.mean", "tpot.mean", "throughputPerGpu", "gpus", "cost", "costPerMillionTokens", "energyPerToken"];

/** Runs `a` and `b` in pairs with the same seeds, by the rules of `tokenyard compare`. Throws Problems. */
export async function pairOf(a: Source, b: Source, replications: number, { pause, onProgress, readBlob }: StudyTools): Promise<Pair> {
  const [first, second] = [loadedSource(a, readBlob), loadedSource(b, readBlob)];
  const names = [...new Set([...metricsShown(first.scenario), ...metricsShown(second.scenario), ...ALWAYS])];
  const runner = inProcessRunner({ readPieces: first.readPieces, pause });
  const { pairs, comparisons } = await compare(
    first.scenario,
    second.scenario,
    names.map((name) => formula(name, RESULT_WORDS)),
    { replications, runner, onProgress: ({ ended }) => onProgress(ended, 2 * replications) },
  );
  const numbers = comparisons.flatMap((each, at): PairedNumber[] => {
    if (each === undefined) return [];
    const { formula: asked, a: ofA, b: ofB, change = null, isReal } = each;
    return [{ name: names[at]!, unit: asked.unit ?? "", a: ofA, b: ofB, change, isReal }];
  });
  const targets = ({ scenario }: typeof first) => targetsOf(scenario).map(({ metric, value }) => ({ name: metric.name, value }));
  return { conclusion: comparisonConclusion({ pairs, numbers, targets: { a: targets(first), b: targets(second) } }), pairs, numbers };
}

/** The scenario of one point of a sweep as a text of its own, with every default. Throws Problems. */
export function pointText(source: Source, set: readonly string[], readBlob: ReadBlob): string {
  const { sweep: _, ...resolved } = resolvedOf(loadedSource(source, readBlob, set).scenario) as Record<string, unknown>;
  return stringify(resolved);
}
