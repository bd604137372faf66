// Sweeps and comparisons of the page against the command line.
import { execFile } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { answered, BIN, expect, folder, HOUSE, idle, look, opened, serving } from "./harness.mjs";

/** A sweep of 30 points and a comparison are the command line's; a point of the sweep opens as a plan, and a plan is compared with its baseline. */
export async function studies() {
  const cli = async (...words) =>
    (await promisify(execFile)(process.execPath, [BIN, ...words], { cwd: folder, maxBuffer: 1 << 26 })).stdout;
  const text = readFileSync(join(HOUSE, "scenarios/two-ranks/scenario.yaml"), "utf8");
  const swept = `${text}\nsweep: { vary: { parallelism.tensor: [1, 2, 3], workload.sequences: 1..16*2, serving.overlap: [none, two-batch] } }\n`;
  writeFileSync(join(folder, "swept.yaml"), swept);
  writeFileSync(join(folder, "other.yaml"), text.replace(/sequences: \d+/, "sequences: 7"));
  await cli("sweep", "swept.yaml", "--html", "study.html", "--json");
  const table = /id="study">(.*?)<\/script>/s.exec(readFileSync(join(folder, "study.html"), "utf8"))[1];
  const compared = JSON.parse(await cli("compare", "swept.yaml", "other.yaml", "--replications", "8", "--json"));
  const source = (path) => ({ text: readFileSync(join(folder, path), "utf8"), path, files: {} });

  const page = await opened(await serving(join(folder, "swept.yaml")));
  await answered(page);
  const found = await page.evaluate(
    async ([a, b]) => {
      const worker = new Worker("worker.js", { type: "module" });
      const order = (wish, kind) =>
        new Promise((resolve) => {
          worker.onmessage = ({ data }) => [kind, "problems", "fault"].includes(data.kind) && resolve(data);
          worker.postMessage(wish);
        });
      const study = await order({ kind: "sweep", id: 1, source: a }, "study");
      const comparison = await order({ kind: "compare", id: 2, source: b, baseline: a, replications: 8 }, "comparison");
      return { table: JSON.stringify(study.table ?? study), pair: JSON.stringify(comparison.pair ?? comparison) };
    },
    [source("swept.yaml"), source("other.yaml")],
  );
  expect("a sweep has the rows of the command line's", found.table === table.replaceAll("\\u003c", "<"), true);
  expect("of 30 points", JSON.parse(table).rows.length, 30);
  const pair = JSON.parse(found.pair);
  const numbersOf = (rows, name) => rows.map((each) => [each[name], each.a?.mean, each.b?.mean, each.isReal]);
  expect("a comparison has the command line's numbers", numbersOf(pair.numbers, "name"), numbersOf(compared.metrics, "metric"));
  expect("and its conclusion", pair.conclusion, compared.conclusion);

  await page.click(".tabs >> text=Study");
  await page.click("#sweep");
  await page.waitForFunction(() => document.querySelectorAll("#table tbody tr").length === 30, undefined, { timeout: 120_000 });
  await idle(page);
  await look(page, "study-sweep");
  await page.click("#table tbody tr:nth-child(2)");
  await page.click("#open-point");
  await page.waitForFunction(() => /point-\d+\.yaml$/.test(document.querySelector("header .file")?.textContent ?? ""), undefined, {
    timeout: 60_000,
  });
  await answered(page);
  await idle(page);
  await page.click("text=make this the baseline");
  await page.locator(".field", { hasText: "sequences" }).locator("input").fill("5");
  await page.keyboard.press("Enter");
  await page.waitForSelector(".headlines .change", { timeout: 60_000 });
  await idle(page);
  await page.click(".tabs >> text=Study");
  await page.click("#compare");
  await page.waitForSelector("#pair tbody tr", { timeout: 120_000 });
  expect("a comparison concludes", (await page.textContent("[aria-labelledby=compare-title] .conclusion")).startsWith("b "));
  await idle(page);
  await look(page, "study-comparison");
  await page.context().close();
}
