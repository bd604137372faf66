import { spreadOf, WIDENING } from "@tokenyard/report";
import { errorsOf, JUDGED, type Miss } from "@tokenyard/study";
import { RATIOS_FILE, readResiduals } from "../residuals/residual-file.ts";
import { residualTable } from "../residuals/residual-table.ts";
import { dataFolder, readTable } from "../table.ts";
import { fromOneCurve, fromOneRun, fromOtherCurves, intervalsFromOneRun } from "./leave-one-in.ts";
import { curveRuns } from "./measured-places.ts";

// How well measured runs predict others of their curve, and of other curves: pnpm accuracy:calibration FOLDER, from the root, after accuracy:residuals.

const NAMES = { ttftSeconds: "TTFT", tpotSeconds: "TPOT" } as const;

function main(): void {
  const residuals = readResiduals(RATIOS_FILE);
  const runs = curveRuns(residuals, readTable(dataFolder(), "end_to_end.csv"));
  process.stdout.write(`${runs.length} runs of closed loops; |predicted / measured − 1|, median / 90th percentile in %\n`);
  print("from the middle run of a curve, its others", fromOneRun(runs, "middle"));
  print("from any one run of a curve, its others", fromOneRun(runs, "any"));
  print("from one curve, others of its model, GPU and engine", fromOneCurve(runs));
  print("from six or more other curves, one of its model, GPU and engine", fromOtherCurves(runs, 6));
  const { residuals: table } = residualTable(residuals);
  const bounded = intervalsFromOneRun(runs, ({ run }, measured) => {
    const kind = residuals.find(({ engine, model }) => engine === run.place.engine && model === run.place.model)!.kind;
    const row = table.find((each) => each.engine === run.place.engine && each.kind === kind && each.load === "closed");
    return spreadOf((row ?? table.find((each) => each.engine === "any" && each.kind === kind)!).factors[measured], WIDENING);
  });
  for (const measured of JUDGED) {
    const own = bounded.filter((each) => each.measured === measured);
    const inside = own.filter(({ isInside }) => isInside).length / own.length;
    const widths = own.map(({ width }) => width).sort((a, b) => a - b);
    const width = widths[Math.floor(widths.length / 2)]!.toFixed(2);
    process.stdout.write(
      `80 % interval of ${NAMES[measured]} from the middle run: ${(inside * 100).toFixed(0)} % inside, median width × ${width}\n`,
    );
  }
}

function print(what: string, misses: readonly Miss[]): void {
  for (const measured of JUDGED) {
    const own = misses.filter((miss) => miss.measured === measured);
    const text = (logs: readonly number[]) => {
      const { median, p90 } = errorsOf(logs);
      return `${(median * 100).toFixed(1)} / ${(p90 * 100).toFixed(1)}`;
    };
    const [before, after] = [own.map((miss) => miss.before), own.map((miss) => miss.after)];
    process.stdout.write(`${what}: ${NAMES[measured]} of ${own.length}: preset ${text(before)}, calibrated ${text(after)}\n`);
  }
}

main();
