import { expect, test } from "vitest";
import { metricRows } from "./metric-rows.ts";
import { reportSchema } from "./report.ts";

test("the metrics of scenarios are the numbers of the report: `pnpm vitest run packages/report -u` writes them again", async () => {
  const rows = metricRows(reportSchema).map((row) => `  ${JSON.stringify(row).replaceAll(",", ", ")},`);
  const file = [
    "// Made from the schema of the report by packages/report/src/schema/metric-rows.test.ts.",
    "",
    "/** Every number of the report by its path, in the report's order: `*` stands for one key. Its unit, and which way is better. */",
    "export const REPORT_NUMBERS = [",
    ...rows,
    "] as const;",
    "",
  ].join("\n");
  await expect(file).toMatchFileSnapshot("../../../scenario/src/metrics/report-numbers.ts");
});
