// One key as a slider: its points against the command line, its sentences, values at which no plan can be, and a stop half-way.
import { execFile } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { answered, BIN, expect, folder, HOUSE, idle, look, opened, serving, tabTo } from "./harness.mjs";

const BANDWIDTH = "cluster.network.fabric.bandwidth";
const ended = (page) => page.waitForSelector("#turns li", { timeout: 180_000 });

export async function sliders() {
  const text = readFileSync(join(HOUSE, "scenarios/poisson-load/scenario.yaml"), "utf8");
  writeFileSync(join(folder, "load.yaml"), text.replace(/requests: \d+/, "requests: 200"));
  const address = await serving(join(folder, "load.yaml"));
  const page = await opened(address);
  await answered(page);
  await idle(page);
  await page.click(".tabs >> text=What if");
  await page.selectOption("#slider-key", "workload.rate");
  await look(page, "what-if-before");
  await page.click("#slide");
  await ended(page);
  expect("a turning point has both of its sides", /^P99 TTFT meets .* at .*, and misses .* at /.test(await page.textContent("#turns li")));
  await look(page, "what-if");
  await page.context().close();
  await newcomer(address);
  await bytes(address);
}

/** By keyboard: the key, the run, the slider, and the value into the plan. */
async function newcomer(address) {
  const page = await opened(address);
  await answered(page);
  await idle(page);
  await tabTo(page, "What if");
  await page.keyboard.press("Enter");
  await page.waitForSelector("#slider-key");
  await page.selectOption("#slider-key", "parallelism.tensor");
  await page.focus("#slide");
  await page.keyboard.press("Enter");
  await ended(page);
  const impossible = (await page.locator("#turns li").allTextContents()).find((each) => each.startsWith("No plan can be"));
  expect(`values that cannot be say why: ${impossible}`, /at tensor \d+: .*wanted/.test(impossible ?? ""));
  await page.focus("#slider");
  await page.keyboard.press("Home");
  const label = await page.textContent(".slider output");
  expect("the slider says its value", await page.getAttribute("#slider", "aria-valuetext"), label);
  expect("and the table marks it", (await page.textContent("#slider-values tr.chosen th")).trim(), label);

  await page.selectOption("#slider-key", "workload.rate");
  await page.focus("#slide");
  await page.keyboard.press("Enter");
  await page.waitForFunction(() => document.querySelectorAll("#slider-values tbody tr").length >= 2, undefined, { timeout: 120_000 });
  await page.focus("#slide");
  await page.keyboard.press("Enter");
  await ended(page);
  const last = await page.locator("#turns li").last().textContent();
  const rows = await page.locator("#slider-values tbody tr").count();
  expect(`a study that is stopped keeps what had ended: ${last}, ${rows} rows`, /^Stopped/.test(last) && rows >= 2);
  await page.context().close();
}

/** The rows of the Workers are those of the command line's sweep, and both sides of a turning point run as its sentence says. */
async function bytes(address) {
  const cli = async (...words) =>
    (await promisify(execFile)(process.execPath, [BIN, ...words], { cwd: HOUSE, maxBuffer: 1 << 26 })).stdout.trim().split("\n");
  const plan = "scenarios/two-ranks/scenario.yaml";
  const source = { text: readFileSync(join(HOUSE, plan), "utf8"), path: plan, files: {} };
  const page = await opened(address);
  const path = BANDWIDTH.replace("fabric", "node");
  const found = await page.evaluate(
    async ([of, key]) => {
      const worker = new Worker("worker.js", { type: "module" });
      const runner = new Worker("worker.js", { type: "module" });
      return await new Promise((resolve) => {
        const runs = new Map();
        runner.onmessage = ({ data }) => worker.postMessage({ kind: "found", id: 0, of: 1, run: runs.get(data.id), row: data.row });
        worker.onmessage = ({ data }) => {
          if (data.kind === "wanted") {
            runs.set(100 + data.run, data.run);
            runner.postMessage({ kind: "value", id: 100 + data.run, source: of, path: data.path, value: data.value });
          } else if (["what-if", "problems", "fault"].includes(data.kind)) resolve(data);
        };
        worker.postMessage({ kind: "what-if", id: 1, source: of, asked: { path: key }, workers: 2 });
      });
    },
    [source, path],
  );
  const given = found.found.points.filter(({ isGiven }) => isGiven);
  const swept = await cli("sweep", plan, "--vary", `${path}=${given.map(({ value }) => value).join(",")}`, "--json");
  expect(
    "a slider's points are the command line's sweep, to the byte",
    given.map(({ row }) => JSON.stringify(row)),
    swept,
  );
  await page.context().close();
}
