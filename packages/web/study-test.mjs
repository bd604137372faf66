// Opens the page of a sweep in headless Chromium, from a file, and uses it as a reader would: `pnpm test:browser`.
// CHROMIUM names another executable than /usr/bin/chromium.
import { execFile } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { promisify } from "node:util";
import { chromium } from "playwright-core";

const HOUSE = fileURLToPath(new URL("../..", import.meta.url));
const SWEEP = ["--vary", "parallelism.tensor=1,2,3", "--vary", "workload.sequences=1..16*2", "--vary", "serving.overlap=none,two-batch"];
const TARGETS = ["--set", "targets.ttft=5 ms", "--set", "targets.throughputPerGpu=60 tokens/ms"];
const NAME = `</script><b id="escaped">`; // what a scenario calls itself ends no script and is no element

/** What a reader does, and what the page must show then; runs in the page. What it draws again is there once the queue of microtasks is empty. */
async function reader() {
  const byId = (id) => document.getElementById(id);
  const answers = {};
  const expect = (what, found, wanted) => {
    answers[what] = JSON.stringify(found) === JSON.stringify(wanted) ? "ok" : `${JSON.stringify(found)}, wanted ${JSON.stringify(wanted)}`;
  };
  const drawn = () => new Promise((done) => setTimeout(done));
  const change = (id, value, kind = "change") => {
    byId(id).value = value;
    byId(id).dispatchEvent(new Event(kind, { bubbles: true }));
    return drawn();
  };
  const choose = (id, text) => change(id, [...byId(id).options].find((option) => option.textContent === text).value);
  const press = (key) => {
    byId("scatter").dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true }));
    return drawn();
  };
  const heads = () => [...byId("table").querySelectorAll("th")];
  const column = (name) => {
    const at = heads().findIndex((head) => head.textContent.replace(/ [▾▴]$/, "") === name);
    return [...byId("table").querySelectorAll("tbody tr")].map((line) => line.children[at].textContent);
  };
  const points = JSON.parse(byId("study").textContent).rows;
  const ran = points.filter(({ status }) => status === "ok");

  expect("the title is text", [document.title.includes("script><b id="), byId("escaped")], [true, null]);
  expect("points", [points.length, ran.length], [30, 20]);
  expect("points that miss are hollow", document.querySelectorAll("circle.misses").length, ran.filter(({ met }) => met !== true).length);
  const region = document.querySelector("#scatter .feasible").getBoundingClientRect();
  const centre = (mark) => {
    const { left, right, top, bottom } = mark.getBoundingClientRect();
    return [(left + right) / 2, (top + bottom) / 2];
  };
  const isIn = ([x, y]) => x >= region.left && x <= region.right && y >= region.top && y <= region.bottom;
  const marksOf = (selector) => [...document.querySelectorAll(selector)].map((mark) => isIn(centre(mark)));
  expect("the region of the targets has the marks that meet them", new Set(marksOf("circle:not(.misses)")).size, 1);
  expect("and no other", [marksOf("circle:not(.misses)")[0], marksOf("circle.misses").includes(true)], [true, false]);
  expect("none that misses is on the front", [marksOf("circle.misses").length > 0, marksOf("circle.misses.on-front").length], [true, 0]);
  expect(
    "the picture says what is shaded",
    byId("shaded").textContent.startsWith("Shaded: ttft ≤ 5 ms and throughputPerGpu ≥ 60 tokens/ms."),
    true,
  );
  expect("marks", document.querySelectorAll("circle").length, 20);
  expect("a front", document.querySelectorAll("polyline.front").length, 1);
  expect("lines of the table", column("index").length, 30);
  expect(
    "the best is first",
    column("status")
      .slice(0, 20)
      .every((status) => status === "ok"),
    true,
  );
  expect("a reason", column("reason").at(-1).includes("3 given; wanted a divisor of 10 heads"), true);

  const detail = () => byId("detail").textContent;
  await press("ArrowRight");
  const second = detail();
  await press("ArrowLeft");
  expect("keys walk", [second.startsWith("Point "), second === detail()], [true, false]);
  document.querySelector("circle").dispatchEvent(new PointerEvent("pointerover", { bubbles: true }));
  await drawn();
  expect("pointing shows the point", detail().startsWith(`Point ${document.querySelector("circle").dataset.index}:`), true);

  await choose("scatter-x", "gpus");
  await choose("scatter-colour", "tensor");
  expect(
    "other axes",
    document.querySelector("svg text:last-of-type") !== null && byId("scatter").textContent.includes("gpus, less is better"),
    true,
  );
  expect("a legend", byId("legend").textContent, "123");
  expect("cells of the heatmap", byId("heatmap").querySelectorAll("td").length, 15);
  await choose("heatmap-columns", "overlap");
  expect("a smaller heatmap", byId("heatmap").querySelectorAll("td").length, 6);

  const button = heads()
    .find((head) => head.textContent.startsWith("sequences"))
    .querySelector("button");
  button.focus();
  button.click();
  await drawn();
  expect(
    "sorted",
    column("sequences").map(Number),
    points.map(({ parameters }) => parameters[1]).sort((a, b) => a - b),
  );
  expect("announced to all", heads().find((head) => head.ariaSort !== null).textContent, "sequences ▴");
  expect("the focus stays", document.activeElement.textContent, "sequences ▴");
  await change("filter", "tensor=2 sequences<=4", "input");
  expect("filtered", [column("tensor").length, new Set(column("tensor")).size, document.querySelectorAll("circle").length], [6, 1, 6]);
  await change("filter", "two-batch infeasible", "input");
  expect("words", [column("overlap").length, document.querySelectorAll("circle").length], [5, 0]);
  return answers;
}

const folder = mkdtempSync(join(tmpdir(), "tokenyard-study-"));
const browser = await chromium.launch({
  executablePath: process.env["CHROMIUM"] ?? "/usr/bin/chromium",
  args: ["--no-sandbox", "--disable-gpu"],
});
try {
  const file = join(folder, "study.html");
  const scenario = join(HOUSE, "scenarios/two-ranks/scenario.yaml");
  const bin = join(HOUSE, "packages/cli/bin/tokenyard.js");
  const set = ["--set", `name=${JSON.stringify(NAME)}`, ...TARGETS];
  await promisify(execFile)(process.execPath, [bin, "sweep", scenario, ...SWEEP, ...set, "--html", file]);
  const asked = [...readFileSync(file, "utf8").matchAll(/https?:\/\/[^"'`\s<)]*/g)]
    .map(([address]) => address)
    .filter((address) => !address.startsWith("http://www.w3.org/"));
  const page = await browser.newPage();
  const wrong = asked.map((address) => `the page names ${address}`);
  page.on("console", (message) => wrong.push(`console: ${message.text()}`));
  page.on("pageerror", ({ message }) => wrong.push(`error: ${message}`));
  page.on("request", (request) => request.url().startsWith("file:") || wrong.push(`asks for ${request.url()}`));
  await page.goto(pathToFileURL(file).href);
  await page.waitForSelector("#table tbody tr");
  const answers = Object.entries(await page.evaluate(reader));
  for (const [what, said] of answers) if (said !== "ok") wrong.push(`${what}: ${said}`);
  for (const line of wrong) console.error(line);
  console.log(`the page of a study: ${answers.filter(([, said]) => said === "ok").length} of ${answers.length} right`);
  process.exitCode = wrong.length === 0 ? 0 : 1;
} finally {
  await browser.close();
  rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
}
