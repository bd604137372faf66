import {
  type Factors,
  FEWEST_RUNS,
  type LoadKind,
  MEASURED,
  MODEL_KINDS,
  RELATIONS,
  type Residuals,
  type ResidualTable,
} from "@tokenyard/report";
import { apartOf } from "./apart.ts";
import { betweenCombinations } from "./between-combinations.ts";
import { quantile } from "./quantile.ts";
import { COLUMN, combinationOf, type Residual } from "./residual.ts";

const SOURCE =
  "closed loops of InferenceX and of NVIDIA's laboratory (by AIConfigurator 095f58a5, Apache-2.0) and open loops of BLIS, each simulated as its launch line has it";
const QUANTILES = [0.1, 0.5, 0.9] as const;
const LOADS: readonly LoadKind[] = ["closed", "open"];

/** Quantiles of measured over simulated by engine, kind of model and load, and of every engine together. */
export function residualTable(all: readonly Residual[]): ResidualTable {
  const engines = [...new Set(all.map(({ engine }) => engine))].sort();
  const residuals = LOADS.flatMap((load) =>
    MODEL_KINDS.flatMap((kind) => {
      const own = all.filter((each) => each.load === load && each.kind === kind);
      const byEngine = engines.map((engine) => ({ engine, rows: own.filter((each) => each.engine === engine) }));
      return [...byEngine, { engine: "any", rows: own }]
        .filter(({ rows }) => rows.length >= FEWEST_RUNS)
        .map(({ engine, rows }): Residuals => {
          const combinations = new Set(rows.map(({ model, gpu }) => `${model} ${gpu}`)).size;
          return { engine, kind, load, runs: rows.length, combinations, factors: factorsOf(rows) };
        });
    }),
  );
  const seen = [...new Set(all.map(combinationOf))].sort();
  return { source: SOURCE, residuals, between: betweenCombinations(all), apart: apartOf(all, residuals), seen };
}

function factorsOf(rows: readonly Residual[]): Residuals["factors"] {
  const of = (measured: keyof typeof COLUMN) => {
    const sorted = rows.map((row) => row[COLUMN[measured]]).sort((a, b) => a - b);
    return QUANTILES.map((share) => Number(quantile(sorted, share).toPrecision(3))) as unknown as Factors;
  };
  return Object.fromEntries(MEASURED.map((measured) => [measured, of(measured)])) as unknown as Residuals["factors"];
}

/** The module of the bundle that holds `table`. */
export function tableText({ source, residuals, between, apart, seen }: ResidualTable): string {
  const eachOf = (numbers: ResidualTable["between"]) => MEASURED.map((each) => `${each}: ${numbers[each]}`).join(", ");
  const lines = residuals.map(
    ({ engine, kind, load, runs, combinations, factors }) =>
      `    { engine: "${engine}", kind: "${kind}", load: "${load}", runs: ${runs}, combinations: ${combinations}, factors: { ${MEASURED.map((each) => `${each}: [${factors[each].join(", ")}]`).join(", ")} } },`,
  );
  return [
    'import type { ResidualTable } from "./residual.ts";',
    "",
    "/** Written by `pnpm accuracy:residuals FOLDER` with the coefficients of the engines' presets: make it again after each fit. docs/accuracy/error-bars.md */",
    "// biome-ignore format: a kind of runs a line",
    "export const RESIDUAL_TABLE: ResidualTable = {",
    `  source: ${JSON.stringify(source)},`,
    "  residuals: [",
    ...lines,
    "  ],",
    `  between: { ${eachOf(between)} },`,
    "  apart: {",
    ...RELATIONS.map((relation) => `    ${relation}: { ${eachOf(apart[relation])} },`),
    "  },",
    "  seen: [",
    ...seen.map((each) => `    ${JSON.stringify(each)},`),
    "  ],",
    "};",
    "",
  ].join("\n");
}
