import { measured as quantity } from "@tokenyard/report";
import type { Answer } from "../files/answer-page.ts";
import { type TextColumn, textTable } from "../tables/text-table.ts";
import type { Accuracy, Errors } from "./accuracy.ts";
import { COMPARED, type ComparedName, type ComparedRun } from "./compared-run.ts";

const NAMES = Object.keys(COMPARED) as ComparedName[];
const CELLS = "median / 90th percentile of |simulated / measured − 1| (median of simulated / measured − 1), in %";
/** Runs with the largest errors that are listed. */
const WORST = 5;

/** Errors by stratum, the worst runs, and those that no scenario says. */
export function accuracyText({ strata, runs }: Accuracy): string {
  const simulated = runs.filter(({ reason }) => reason === undefined);
  const { head, body } = textTable(strataColumns({ strata, runs }));
  const worst = [...simulated].sort((a, b) => largest(b).size - largest(a).size).slice(0, WORST);
  const unsaid = runs.filter(({ reason }) => reason !== undefined);
  return [
    `${simulated.length} of ${runs.length} runs simulated by their own launch line and load`,
    ...(simulated.length === 0 ? [] : ["", ...head, ...body, "", CELLS, ...insideLines(strata.at(-1)!.errors)]),
    ...(worst.length === 0 ? [] : ["", "Largest errors", ...worst.map(worstLine)]),
    ...(unsaid.length === 0 ? [] : ["", "Not simulated", ...unsaidLines(unsaid)]),
    "",
  ].join("\n");
}

/** Errors by stratum, and of all. */
function strataColumns({ strata, runs }: Accuracy): TextColumn[] {
  const simulated = runs.filter(({ reason }) => reason === undefined);
  const shown = NAMES.filter((name) => strata.at(-1)!.errors[name] !== undefined);
  return [
    { heading: "Runs of", align: "left", cells: strata.map(({ name }) => name) },
    {
      heading: "number",
      align: "right",
      cells: strata.map(({ name }) => `${name === "all" ? simulated.length : ofStratum(simulated, name)}`),
    },
    ...shown.map((metric): TextColumn => ({ heading: metric, align: "right", cells: strata.map(({ errors }) => cellOf(errors[metric])) })),
  ];
}

/** Page of the accuracy, which has each run too. */
export function accuracyAnswer(found: Accuracy): Omit<Answer, "command"> {
  const { strata, runs } = found;
  const simulated = runs.filter(({ reason }) => reason === undefined);
  const unsaid = runs.filter(({ reason }) => reason !== undefined);
  const column = (heading: string, cellOf: (run: ComparedRun) => string, align: TextColumn["align"] = "right"): TextColumn => ({
    heading,
    align,
    cells: simulated.map(cellOf),
  });
  const percent = ({ numbers }: ComparedRun, name: ComparedName) =>
    numbers[name] === undefined ? "" : `${signed(numbers[name].error)} %${numbers[name].inside === false ? " (outside)" : ""}`;
  const each = [
    column("run", ({ run }) => nameOf(run), "left"),
    column("of", ({ stratum }) => stratum ?? "", "left"),
    ...NAMES.map((name) => column(name, (run) => percent(run, name))),
    column("doubts", ({ doubts }) => doubts.join(", "), "left"),
  ];
  return {
    title: "accuracy",
    conclusion: { verdict: "no-targets", sentences: [`${simulated.length} of ${runs.length} runs were simulated.`] },
    facts: [...(simulated.length === 0 ? [] : [CELLS, ...insideLines(strata.at(-1)!.errors)])],
    tables: [
      ...(simulated.length === 0 ? [] : [{ heading: "Runs by kind", columns: strataColumns(found) }]),
      ...(simulated.length === 0 ? [] : [{ heading: "Each run: simulated / measured − 1", columns: each }]),
    ],
    warnings: unsaid.map(({ run, reason }) => `${nameOf(run)} was not simulated: ${reason}`),
    scenarios: [],
  };
}

/** Each reason once, with the runs that have it. */
function unsaidLines(unsaid: readonly ComparedRun[]): string[] {
  const reasons = new Set(unsaid.flatMap(({ reason }) => reason ?? []));
  return [...reasons].map((reason) => {
    const own = unsaid.filter((each) => each.reason === reason);
    const others = own.length === 1 ? "" : ` and ${own.length - 1} more`;
    return `  ${nameOf(own[0]!.run)}${others}: ${reason}`;
  });
}

function ofStratum(runs: readonly ComparedRun[], name: string): number {
  return runs.filter(({ stratum }) => stratum === name).length;
}

function cellOf(errors: Errors | undefined): string {
  if (errors === undefined) return "–";
  return `${(errors.median * 100).toFixed(1)} / ${(errors.p90 * 100).toFixed(0)} (${signed(errors.bias)})`;
}

function signed(share: number): string {
  const text = Math.abs(share * 100).toFixed(0);
  return `${text === "0" ? "" : share < 0 ? "−" : "+"}${text}`;
}

function insideLines(errors: Accuracy["strata"][number]["errors"]): string[] {
  const parts = NAMES.flatMap((name) => {
    const own = errors[name];
    return own === undefined || own.bounded === 0 ? [] : [`${name} ${own.inside} of ${own.bounded}`];
  });
  return parts.length === 0 ? [] : [`measured in the report's 80 % interval: ${parts.join(", ")}`];
}

function largest({ numbers }: ComparedRun): { readonly name: ComparedName | undefined; readonly size: number } {
  return NAMES.reduce<{ name: ComparedName | undefined; size: number }>(
    (most, name) => {
      const error = numbers[name]?.error;
      return error !== undefined && Math.abs(error) > most.size ? { name, size: Math.abs(error) } : most;
    },
    { name: undefined, size: 0 },
  );
}

function worstLine(compared: ComparedRun): string {
  const { name } = largest(compared);
  const { run, numbers, doubts } = compared;
  if (name === undefined) return `  ${nameOf(run)}`;
  const { measured, simulated, error } = numbers[name]!;
  const values = [measured, simulated].map((each) => (name === "throughput" ? quantity(each, "tokens/s") : ms(each)));
  const why = doubts.length === 0 ? "" : `; doubtful: ${doubts.join(", ")}`;
  return `  ${nameOf(run)}: ${name} measured ${values[0]}, simulated ${values[1]} (${signed(error)} %)${why}`;
}

function ms(seconds: number): string {
  return `${Number((seconds * 1e3).toPrecision(3))} ms`;
}

export function nameOf({ source, load }: ComparedRun["run"]): string {
  return `${source.file}#${source.at}${loadText(load)}`;
}

function loadText(load: ComparedRun["run"]["load"]): string {
  if (load?.kind === "closed") return `, ${load.concurrency} users`;
  if (load?.kind === "open") return `, ${load.requestsPerSecond} requests/s`;
  if (load?.kind === "scenario") return ", its scenario's load";
  return load === null ? "" : ", at recorded times";
}
