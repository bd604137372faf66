import { FEWEST_RUNS, MEASURED, MODEL_KINDS, WIDENING } from "@tokenyard/report";
import { percent, tableHead, tableLine } from "../page.ts";
import { type Coverage, coverageOf, type Judged, type LeftOut, leftOut } from "./coverage.ts";
import type { Residual } from "./residual.ts";
import { residualTable } from "./residual-table.ts";

const NAMES = { ttftSeconds: "TTFT", tpotSeconds: "TPOT", e2eSeconds: "E2E" } as const;
const KIND_NAMES = { dense: "dense", experts: "experts", latent: "experts and latent attention" } as const;
const FEWEST = 20;

/** docs/accuracy/error-bars.md, of all residuals. */
export function errorBarsPage(all: readonly Residual[]): string {
  const { residuals, source } = residualTable(all);
  const factors = residuals.map(({ engine, kind, load, runs, factors: own }) =>
    tableLine([
      engine,
      KIND_NAMES[kind],
      load,
      String(runs),
      ...MEASURED.map((each) => own[each].map((factor) => factor.toFixed(2)).join(" ")),
    ]),
  );
  return `# Error bars

What the intervals of a report's [model error](../models.md#model-error) are made of: measured over simulated means of ${all.length} serving runs, ${source}. A cell has the
quantiles 10, 50 and 90 %. This page and the table in the bundle are written by \`pnpm accuracy:residuals FOLDER\`, after each fit of an engine's coefficients.

${tableHead(["engine", "models", "load", "runs", ...MEASURED.map((each) => NAMES[each])])}
${factors.join("\n")}

- *any*: runs of every engine; it stands in for an engine with fewer than ${FEWEST_RUNS} runs of that kind.
- Runs with experts were simulated with even gates here. Engines have [an uneven one](../models.md#host-time) unasked now, by which the medians of TPOT move by up to 3 % ([serving runs](serving.md)). The quantiles were not taken again: of those ratios, intervals of combinations that they did not see hold 65 % of the
  TPOT of latent attention by TensorRT-LLM (two combinations), and 64 % of E2E, where 76 and 74 % are held below.
- E2E is not measured: it is TTFT and TPOT over the mean output.
- Sides are widened by ${WIDENING.seen} where engine, model and GPU are among the runs, by ${WIDENING.unseen} elsewhere.

## Coverage

How many runs lie in the 80 % interval of a table that did not see them, and the median of high over low end: eight folds of whole curves (deployments with one pair of lengths), and of whole combinations of engine,
model and GPU, with the wider interval.

${coverageTable(all)}

The coefficients of the engines were fitted to most of these runs, so only the quantiles are out of sample here: what runs that no fit saw are covered by was not measured. The wider share of unseen combinations, × 1.5, was chosen after these folds were seen.
`;
}

function coverageTable(all: readonly Residual[]): string {
  const judgements: Readonly<Record<LeftOut, readonly Judged[]>> = {
    curve: leftOut(all, "curve"),
    combination: leftOut(all, "combination"),
  };
  const engines = [...new Set(all.map(({ engine }) => engine))].sort();
  const strata = (["closed", "open"] as const).flatMap((load) =>
    MODEL_KINDS.flatMap((kind) =>
      engines.map((engine) => {
        const holds = ({ residual }: Judged) => residual.load === load && residual.kind === kind && residual.engine === engine;
        return [`${engine}, ${KIND_NAMES[kind]}, ${load}`, holds] as const;
      }),
    ),
  );
  const lines = [...strata, ["all", () => true] as const].flatMap(([name, holds]) => {
    const cells = MEASURED.flatMap((measured) =>
      (["curve", "combination"] as const).map((together) =>
        coverageOf(judgements[together].filter((each) => each.measured === measured && holds(each))),
      ),
    );
    const runs = cells[0]!.runs;
    return runs < FEWEST ? [] : [tableLine([name, String(runs), ...cells.map(cellOf)])];
  });
  const head = MEASURED.flatMap((each) => [`${NAMES[each]}, curves`, `${NAMES[each]}, combinations`]);
  return `${tableHead(["runs of", "number", ...head])}\n${lines.join("\n")}`;
}

function cellOf({ inside, width }: Coverage): string {
  return `${percent(inside)}, × ${width.toFixed(2)}`;
}
