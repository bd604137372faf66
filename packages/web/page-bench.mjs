// Measures the page in headless Chromium on the 512-GPU plan and prints rows as JSON: `pnpm bench --only page`. Nothing is asserted: other work shares the cores.
// Words name the parts to run: sizes, timelineFile, and after the first result nextResults, check, slider, scrubs, pans, cancels, searches. CHROMIUM names another executable than /usr/bin/chromium.
import { spawn } from "node:child_process";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { chromium } from "playwright-core";
import { cancels } from "./bench/cancels.mjs";
import { pans, scrubs } from "./bench/frames.mjs";
import { check, firstResults, nextResults } from "./bench/results.mjs";
import { kB, row, rows } from "./bench/rows.mjs";
import { searches } from "./bench/searches.mjs";
import { sizes } from "./bench/sizes.mjs";
import { slider } from "./bench/slider.mjs";
import { timelineFile } from "./bench/timeline-file.mjs";

const HOUSE = fileURLToPath(new URL("../..", import.meta.url));
const BIN = join(HOUSE, "packages/cli/bin/tokenyard.js");
const PLAN = "scenarios/deployment-plan/scenario.yaml";

const named = process.argv.slice(2).filter((word) => !word.startsWith("-"));
if (named.length === 0 || named.includes("sizes")) await sizes();
if (named.length === 0 || named.includes("timelineFile")) {
  const { spans, bytes } = timelineFile(BIN, join(HOUSE, PLAN));
  row(`timeline of ${spans.toLocaleString("en-US")} spans in a report's file`, kB(bytes), "300 kB of 137 k spans");
}
const served = spawn(process.execPath, [BIN, "serve", PLAN], { cwd: HOUSE, stdio: ["ignore", "pipe", "ignore"] });
const address = await new Promise((resolve) => served.stdout.once("data", (text) => resolve(String(text).trim())));
const browser = await chromium.launch({
  executablePath: process.env["CHROMIUM"] ?? "/usr/bin/chromium",
  args: ["--no-sandbox", "--disable-gpu"],
});
try {
  const page = await firstResults(browser, address);
  for (const part of [nextResults, check, slider, scrubs, pans, cancels, searches])
    if (named.length === 0 || named.includes(part.name)) await part(page);
} finally {
  await browser.close();
  served.kill("SIGINT");
}
console.log(JSON.stringify(rows));
