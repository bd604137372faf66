import { expect, test } from "vitest";
import { metricRows } from "./metric-rows.ts";
import { reportSchema } from "./report.ts";

test("the metrics of scenarios are the numbers of the report: `pnpm vitest run packages/report -u` writes them again", async () => {
  const lines = new Lines();
  for (const [path, unit, better] of metricRows(reportSchema)) lines.add(path, `${unit && `:${unit}`}${better === "more" ? "+" : ""}`);
  const file = [
    "// Made from the schema of the report by packages/report/src/schema/metric-rows.test.ts.",
    "",
    "/** Every number of the report, in the report's order: `*` stands for one key. A line has a path, `.` for the root, and the keys there: `key:unit`, and `+` where more is better. */",
    "export const REPORT_NUMBERS = `",
    ...lines.all,
    "`;",
    "",
  ].join("\n");
  await expect(file).toMatchFileSnapshot("../../../scenario/src/metrics/report-numbers.ts");
});

/** Paths as lines, neighbours with the same parent in one. */
class Lines {
  readonly all: string[] = [];
  #parent = "";

  add(path: string, meaning: string): void {
    const parent = path.split(".").slice(0, -1).join(".") || ".";
    const key = `${path.split(".").at(-1)}${meaning}`;
    if (parent === this.#parent) this.all[this.all.length - 1] += ` ${key}`;
    else this.all.push(`${parent}: ${key}`);
    this.#parent = parent;
  }
}
