import { FEWEST_RUNS, MEASURED, MODEL_KINDS, RELATIONS, WIDENING } from "@tokenyard/report";
import { percent, tableHead, tableLine } from "../page.ts";
import { type Coverage, coverageOf, type Judged, type LeftOut, leftOut } from "./coverage.ts";
import { neighboursOf, pairsOf } from "./pairs.ts";
import type { Residual } from "./residual.ts";
import { residualTable } from "./residual-table.ts";
import { binned, CONTESTS, type Judged as JudgedPair, judgedPairs } from "./sure-winners.ts";

const NAMES = { ttftSeconds: "TTFT", tpotSeconds: "TPOT", e2eSeconds: "E2E" } as const;
const KIND_NAMES = { dense: "dense", experts: "experts", latent: "experts and latent attention" } as const;
const FEWEST = 20;
/** Share of runs of combinations that no fit saw which an interval of 80 % is to hold at least. */
const ASKED = 0.75;

/** docs/accuracy/error-bars.md, of all residuals. */
export function errorBarsPage(all: readonly Residual[]): string {
  const { residuals, between, source } = residualTable(all);
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

What the intervals of a report's [model error](../models/model-error.md#model-error) are made of: measured over simulated means of ${all.length} serving runs, ${source}. A cell has the
quantiles 10, 50 and 90 %. This page and the table in the bundle are written by \`pnpm accuracy:residuals FOLDER\`, after each fit of an engine's coefficients.

${tableHead(["engine", "models", "load", "runs", ...MEASURED.map((each) => NAMES[each])])}
${factors.join("\n")}

- *any*: runs of every engine; it stands in for an engine with fewer than ${FEWEST_RUNS} runs of that kind.
- E2E is not measured: it is TTFT and TPOT over the mean output.
- Sides are widened by ${WIDENING}. Where engine, model and GPU are not among the runs, combinations lie apart besides: within an engine, kind and load the logarithms of their medians have standard deviations of ${MEASURED.map((each) => `${between[each].toFixed(3)} (${NAMES[each]})`).join(", ")}.

## Coverage

How many runs lie in the 80 % interval of a table that did not see them, and the median of high over low end: eight folds of whole curves (deployments with one pair of lengths), and of whole combinations of engine,
model and GPU, with the wider interval.

${coverageTable(all)}

The coefficients of the engines were fitted to most of these runs, so only the quantiles are out of sample here: what runs that no fit saw are covered by was not measured.
The rule for combinations that are not among the runs was chosen after these folds were seen. It has no share of its own: each fold takes the deviation between combinations of the runs that it sees. Left out one at a time, fewer than ${percent(ASKED)} are held
of: ${lowOneByOne(all)}.

${twoPlans(all)}
`;
}

const DIFFERENCES = { load: "load, at most twice", layout: "layout", engine: "engine or its version", gpu: "GPU" } as const;

/** How far apart the errors of two runs lie, and how often the winner that this names is right. */
function twoPlans(all: readonly Residual[]): string {
  const { apart } = residualTable(all);
  const [near, pairs] = [neighboursOf(all), pairsOf(all)];
  const lines = RELATIONS.map((relation) => {
    const count = [...near, ...pairs].filter((pair) => pair.relation === relation).length;
    return tableLine([DIFFERENCES[relation], String(count), ...MEASURED.map((each) => apart[relation][each].toFixed(2))]);
  });
  const judgements = judgedPairs(all);
  const by = (name: string, holds: (judged: JudgedPair) => boolean) => winnerLine(name, judgements.filter(holds));
  return `## Two plans

Errors of two runs of one model at the same lengths and load, each from the median of its kind: 80 % of pairs are nearer than this share of both widened sides in quadrature. 1 would be errors that have nothing in common.

${tableHead(["differ in", "pairs", ...MEASURED.map((each) => NAMES[each])])}
${lines.join("\n")}

The winner of a pair is right as often as it is said: pairs of which neither was measured to be twice the other, judged by tables that saw no run of their model and lengths (eight folds). A cell has the mean probability of the
better one as it was said, how often that one was the better when measured, and the number of pairs. Throughput is that of a GPU, by E2E.

${tableHead(["pairs", "number", "50 to 60 %", "to 70 %", "to 80 %", "to 90 %", "to 100 %"])}
${[
  ...CONTESTS.map((contest) => by(contest, (judged) => judged.contest === contest)),
  ...(["layout", "engine", "gpu"] as const).map((relation) =>
    by(`another ${DIFFERENCES[relation]}`, (judged) => judged.relation === relation),
  ),
  by("all", () => true),
].join("\n")}`;
}

function winnerLine(name: string, judgements: readonly JudgedPair[]): string {
  const cells = binned(judgements).map(({ said, right, pairs }) => `${percent(said)}: ${percent(right)} of ${pairs}`);
  return tableLine([name, String(judgements.length), ...cells]);
}

/** Sentence on combinations that are covered too rarely when each is left out by itself. */
function lowOneByOne(all: readonly Residual[]): string {
  const judgements = leftOut(all, "combination", Number.POSITIVE_INFINITY);
  const low = strataOf(all).flatMap(([name, holds]) =>
    MEASURED.flatMap((measured) => {
      const { runs, inside } = coverageOf(judgements.filter((each) => each.measured === measured && holds(each)));
      return runs < FEWEST || inside >= ASKED ? [] : [`${NAMES[measured]} of ${name} (${percent(inside)})`];
    }),
  );
  return low.length === 0 ? "none" : low.join("; ");
}

type Stratum = readonly [name: string, holds: (judged: Judged) => boolean];

function strataOf(all: readonly Residual[]): Stratum[] {
  const engines = [...new Set(all.map(({ engine }) => engine))].sort();
  return (["closed", "open"] as const).flatMap((load) =>
    MODEL_KINDS.flatMap((kind) =>
      engines.map((engine) => {
        const holds = ({ residual }: Judged) => residual.load === load && residual.kind === kind && residual.engine === engine;
        return [`${engine}, ${KIND_NAMES[kind]}, ${load}`, holds] as const;
      }),
    ),
  );
}

function coverageTable(all: readonly Residual[]): string {
  const judgements: Readonly<Record<LeftOut, readonly Judged[]>> = {
    curve: leftOut(all, "curve"),
    combination: leftOut(all, "combination"),
  };
  const lines = [...strataOf(all), ["all", () => true] as const].flatMap(([name, holds]) => {
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
