// Uses the page in headless Chromium as a reader would, by keyboard, over `tokenyard serve` and from a report's file; compares the reports of its Worker with
// golden.json; and looks for what axe finds: `pnpm test:browser`. CHROMIUM names another executable than /usr/bin/chromium. `--pictures FOLDER` keeps screenshots.
import { execFile, spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { parseArgs, promisify } from "node:util";
import { chromium } from "playwright-core";

const HOUSE = fileURLToPath(new URL("../..", import.meta.url));
const BIN = join(HOUSE, "packages/cli/bin/tokenyard.js");
const PLAN = "scenarios/deployment-plan/scenario.yaml";
const AXE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const SIZES = [
  ["desk", 1440, 900],
  ["phone", 390, 844],
];
const { values: options } = parseArgs({ options: { pictures: { type: "string" } } });

const wrong = [];
let right = 0;
const expect = (what, found, wanted = true) => {
  if (JSON.stringify(found) === JSON.stringify(wanted)) right++;
  else wrong.push(`${what}: ${JSON.stringify(found)}, wanted ${JSON.stringify(wanted)}`);
};

/** More letters than a busy page shows at once: those that come while it draws must stay. */
const HURRIED = "abcdefghijklmnopqrstuvwxyz".repeat(4);
const editorText = () => document.querySelector(".editor-place").shadowRoot?.textContent ?? "";

const answered = (page) => page.waitForSelector(".headlines strong", { timeout: 60_000 });
const idle = (page) => page.waitForSelector("header .run", { timeout: 60_000 });

const folder = mkdtempSync(join(tmpdir(), "tokenyard-browser-"));
const servers = [];
const browser = await chromium.launch({
  executablePath: process.env["CHROMIUM"] ?? "/usr/bin/chromium",
  args: ["--no-sandbox", "--disable-gpu"],
});
try {
  const address = await serving(PLAN);
  await reader(address);
  await views(address);
  await timelines();
  await givenFiles(address);
  await workerReports(address);
  await studies();
  await reportFile();
} finally {
  await browser.close();
  for (const served of servers) served.kill("SIGINT");
  rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
}
for (const line of wrong) console.error(line);
console.log(`the page: ${right} of ${right + wrong.length} right`);
process.exitCode = wrong.length === 0 ? 0 : 1;

/** The address at which `tokenyard serve` shows `file`. */
function serving(file) {
  const served = spawn(process.execPath, [BIN, "serve", file], { cwd: HOUSE, stdio: ["ignore", "pipe", "inherit"] });
  servers.push(served);
  return new Promise((resolve, reject) => {
    served.stdout.once("data", (text) => resolve(String(text).trim()));
    served.once("exit", (code) => reject(new Error(`serve ended with ${code}`)));
  });
}

/** A page that says what goes wrong in it. */
async function opened(url, settings = {}) {
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 }, ...settings });
  const page = await context.newPage();
  page.on("console", (message) => wrong.push(`console: ${message.text()}`));
  page.on("pageerror", ({ message }) => wrong.push(`error: ${message}`));
  await page.goto(url);
  return page;
}

/** Tabs until the focus is on what has this name. */
async function tabTo(page, name) {
  for (let presses = 0; presses < 80; presses++) {
    await page.keyboard.press("Tab");
    const label = await page.evaluate(() => {
      const at = document.activeElement;
      return at?.getAttribute("aria-label") ?? at?.labels?.[0]?.textContent ?? at?.textContent ?? "";
    });
    if (label.trim().startsWith(name)) return;
  }
  throw new Error(`no Tab leads to ${name}`);
}

/** By keyboard alone: pin, change tensor 2 to 4, see the difference, open the timeline, share the link; in a fresh profile it shows the same. */
async function reader(address) {
  const page = await opened(address);
  await answered(page);
  expect(
    "the conclusion is at the top",
    (await page.textContent(".conclusion")).startsWith("Missed (one seed): throughput per GPU is 17.1 tokens/ms"),
  );
  expect("three numbers", await page.locator(".headlines li").count(), 3);
  const fold = await page.locator(".sure").boundingBox();
  expect("all of it without scrolling", fold.y + fold.height < 900);
  expect("the title says the verdict", (await page.title()).startsWith("deployment-plan: missed"));
  await tabTo(page, "make this the baseline");
  await page.keyboard.press("Enter");
  await page.evaluate(() => document.activeElement.blur());
  await tabTo(page, "tensor");
  await page.keyboard.press("ArrowUp");
  await page.waitForSelector(".headlines .change", { timeout: 60_000 });
  expect("the text has the new value", (await page.evaluate(editorText)).includes("tensor: 4"));
  expect("the plan is another", (await page.textContent(".plan-words")).includes("tensor 4"));
  expect("and says by how much", (await page.locator(".headlines .change").first().textContent()).includes("against the baseline"));
  await tabTo(page, "Timeline");
  await page.keyboard.press("Enter");
  await page.waitForSelector(".timeline canvas", { timeout: 60_000 });
  await tabTo(page, "timeline of ops");
  for (const key of ["n", "w", "w", "n", "ArrowDown", "ArrowRight", "ArrowLeft"]) await page.keyboard.press(key);
  expect("a span tells of itself", /micro-batch \d+ · prefill · rank \d+/.test(await page.textContent(".span-card")));
  const whole = await page.textContent(".ruler");
  await page.evaluate(() => document.activeElement.blur());
  await tabTo(page, "First bubble");
  await page.keyboard.press("Enter");
  await page.waitForSelector("text=/rank \\d+ has nothing to do for/");
  const shown = await page.textContent(".ruler");
  expect("the first bubble is shown", shown !== whole && /shown/.test(shown));
  await idle(page);
  await page.context().grantPermissions(["clipboard-read", "clipboard-write"]);
  await page.evaluate(() => document.activeElement.blur());
  await tabTo(page, "Copy answer and link");
  await page.keyboard.press("Enter");
  await page.waitForFunction(() => location.hash.startsWith("#s=1."));
  const conclusion = await page.evaluate(() => navigator.clipboard.readText());
  expect("what is copied opens with the answer", conclusion.startsWith("deployment-plan: Missed (one seed)"));
  const link = page.url();

  const other = await opened(link);
  await other.waitForSelector(".sent");
  expect("a link shows what was sent", (await other.textContent(".sent .label")).includes("as sent, not recomputed here"));
  expect("and does not run by itself", await other.locator("header .stop").count(), 0);
  await tabTo(other, "Run it here");
  await other.keyboard.press("Enter");
  await other.waitForSelector("text=the same as was sent", { timeout: 60_000 });
  right++;
  await other.waitForSelector(".ruler", { timeout: 60_000 });
  expect("a link shows the same time", await other.textContent(".ruler"), shown);
  await other.context().close();

  const cut = await opened(`${link.slice(0, -40)}`);
  expect(
    "a link that was cut says so",
    (await cut.waitForSelector("[role=alert]").then((alert) => alert.textContent())).includes("not whole"),
  );
  await cut.context().close();

  await page.evaluate(() => document.querySelector(".editor-place").shadowRoot.querySelector(".cm-content").focus());
  await page.keyboard.press("Control+End");
  await page.keyboard.type(`\n# ${HURRIED}`);
  expect("no letter of a hurried hand is lost", await page.evaluate(editorText).then((text) => text.includes(`# ${HURRIED}`)));
  await page.keyboard.type("\nparal");
  const offer = await page.waitForSelector(".cm-tooltip-autocomplete li", { timeout: 60_000 });
  expect("the editor offers keys of the schema", await offer.textContent(), "parallelism");
  await page.keyboard.press("Escape");
  for (let letter = 0; letter < 6; letter++) await page.keyboard.press("Backspace");
  await page.evaluate(() => document.activeElement.blur());
  await tabTo(page, "tensor");
  await page.keyboard.press("Control+a");
  await page.keyboard.type("3");
  await page.keyboard.press("Enter");
  const problem = await page.waitForSelector(".problems");
  expect("a problem has its place and what would work", /scenario\.yaml:\d+:\d+.*3 given; wanted/.test(await problem.textContent()));
  expect("the last good report stays, pale", await page.locator(".pale").count(), 1);
  await page.context().close();
}

/** What a reader has: a launch line, a scenario with a trace that is read in pieces, and what none of it is. */
async function givenFiles(address) {
  const page = await opened(address);
  await answered(page);
  await page.click(".brand");
  await page.setInputFiles("input.files", { name: "notes.csv", mimeType: "text/csv", buffer: Buffer.from("a,b\n") });
  await page.waitForSelector(".refused");
  expect("what is nothing to open is refused by name", (await page.textContent(".refused")).includes("notes.csv given; wanted a scenario"));
  await look(page, "refused-desk-light");
  await page.fill(".launch textarea", "vllm serve openai/gpt-oss-120b -tp 2");
  await page.click(".launch button");
  await answered(page);
  expect("a launch line becomes a plan", (await page.textContent(".plan-words")).includes("tensor 2"));
  expect("and says what was assumed", (await page.textContent(".answers details.label")).includes("assumed: "));
  await idle(page);
  await look(page, "launch-desk-light");
  const text = readFileSync(join(HOUSE, "scenarios/trace-replay/scenario.yaml"), "utf8").replace(
    "azure.csv, format: azure",
    "own.parquet, format: parquet",
  );
  writeFileSync(join(folder, "traced.yaml"), text);
  await page.setInputFiles("input.files", [join(folder, "traced.yaml"), join(HOUSE, "scenarios/trace-replay/own.parquet")]);
  await page.waitForFunction(() => document.querySelector("#plan-name")?.textContent === "trace-replay", undefined, { timeout: 60_000 });
  right++;
  await page.context().close();
}

/** A stage opens to all of its ranks, a wait leads to the rank that it is for, requests have tracks, and marks lead to their time. */
async function timelines() {
  const page = await opened(await serving(PLAN));
  await answered(page);
  await page.click(".tabs >> text=Timeline");
  await page.waitForSelector(".lanes .name");
  const ranks = async () => Number(/of (\d+) ranks?/.exec(await page.textContent(".timeline > .faint"))[1]);
  expect("stages come first", await ranks(), 16);
  await page.click(".lanes .name >> text=stage 0");
  await page.waitForSelector("[aria-expanded=true]", { timeout: 60_000 });
  expect("a stage opens to its ranks", await ranks(), 47);
  await idle(page);
  await page.fill(".timeline .tools input", "combine layer 3 wait");
  for (let press = 0; press < 50 && (await page.locator(".span-card button").count()) === 0; press++) await page.keyboard.press("Enter");
  await page.click(".span-card button");
  await page.waitForSelector("text=/spans of 78 ranks/", { timeout: 60_000 });
  await idle(page);
  await page.waitForSelector(".lanes .chosen");
  expect(
    "the stage of the cause opens, and its span is chosen",
    /· rank (9[6-9]|1[01]\d|12[0-7]) ·/.test(await page.textContent(".span-card")),
  );
  await look(page, "timeline-open-desk-light");
  await page.click("text=The same as a table");
  await page.waitForSelector(".timeline table tbody tr");
  expect("the picture is a table too", await page.locator(".timeline table tbody tr").count(), 156);
  await page.click(".timeline button:text-is('Requests')");
  await page.waitForSelector(".lanes .name >> text=request 0");
  await look(page, "timeline-requests-desk-light");
  await page.context().close();

  const faulty = await opened(await serving("scenarios/dead-gpu/scenario.yaml"));
  await answered(faulty);
  await faulty.click(".tabs >> text=Timeline");
  await faulty.click(".timeline summary:has-text('1 fault')", { timeout: 60_000 });
  await faulty.click(".timeline td >> text=60.0 s");
  expect("a mark leads to its time", (await faulty.textContent(".ruler")).startsWith("0 s599 s"));
  await idle(faulty);
  await look(faulty, "timeline-marks-desk-light");
  await faulty.context().close();
}

/** axe, nothing that scrolls sideways, and a screenshot: each view, in both colour schemes, on a desk and on a phone. */
async function views(address) {
  for (const [size, width, height] of SIZES) {
    for (const colorScheme of ["light", "dark"]) {
      const page = await opened(address, { viewport: { width, height }, colorScheme });
      await answered(page);
      await page.waitForSelector(".editor-place:not(:has(+ textarea))");
      for (const view of ["Answer", "Report", "Timeline", "Study"]) {
        await page.click(`.tabs >> text=${view}`);
        if (view === "Timeline") await page.waitForSelector(".timeline canvas", { timeout: 60_000 });
        await idle(page);
        await look(page, `${view.toLowerCase()}-${size}-${colorScheme}`);
      }
      await page.click(".brand");
      await look(page, `gallery-${size}-${colorScheme}`);
      await page.context().close();
    }
  }
}

async function look(page, name) {
  await page.evaluate(AXE);
  const { violations } = await page.evaluate(() => globalThis.axe.run());
  expect(
    `axe on ${name}`,
    violations.map(
      ({ id, nodes }) =>
        `${id}: ${nodes
          .slice(0, 2)
          .map(({ html }) => html.slice(0, 120))
          .join(" | ")}`,
    ),
    [],
  );
  expect(`${name} does not scroll sideways`, await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth));
  if (options.pictures !== undefined) await page.screenshot({ path: join(options.pictures, `${name}.png`) });
}

/** The Worker gives the bytes that golden.json keeps. */
async function workerReports(address) {
  const golden = JSON.parse(readFileSync(join(HOUSE, "scenarios/golden.json"), "utf8"));
  const page = await opened(address);
  const found = await page.evaluate(async (names) => {
    const { files } = await (await fetch("gallery.json")).json();
    const worker = new Worker("worker.js", { type: "module" });
    const hashes = {};
    for (const [at, name] of names.entries()) {
      const path = `${name}/scenario.yaml`;
      const answer = await new Promise((resolve) => {
        worker.onmessage = ({ data }) => data.id === at && ["result", "problems", "fault"].includes(data.kind) && resolve(data);
        worker.postMessage({ kind: "run", id: at, source: { text: files[path], path, files } });
      });
      const line = new TextEncoder().encode(`${JSON.stringify(answer.report ?? answer)}\n`);
      const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", line));
      hashes[name] = [...digest].map((byte) => byte.toString(16).padStart(2, "0")).join("");
    }
    return hashes;
  }, Object.keys(golden));
  for (const [name, hash] of Object.entries(golden)) expect(`the Worker's report of ${name}`, found[name], hash);
  await page.context().close();
}

/** A sweep of 30 points and a comparison are the command line's; a point of the sweep opens as a plan, and a plan is compared with its baseline. */
async function studies() {
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
  await look(page, "study-desk-light");
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
  await page.context().close();
}

/** A report's file: from `file://`, without any request, and readable without scripts. */
async function reportFile() {
  const file = join(folder, "report.html");
  const name = 'name="</script><b id=escaped>"';
  await promisify(execFile)(process.execPath, [BIN, "run", PLAN, "--replications", "1", "--set", name, "--html", file], { cwd: HOUSE });
  const url = pathToFileURL(file).href;
  const page = await opened("about:blank");
  const asked = [];
  page.on("request", (request) => asked.push(request.url()));
  await page.goto(url);
  await page.waitForSelector(".first");
  expect("a report's file asks for nothing", asked, [url]);
  expect(
    "markup in a name stays text",
    [await page.locator("#escaped").count(), (await page.textContent("h1")).includes("<b id=escaped>")],
    [0, true],
  );
  await look(page, "file-desk-light");
  await page.context().close();
  const plain = await opened(url, { javaScriptEnabled: false });
  expect("its conclusion is there without scripts", (await plain.textContent("strong")).startsWith("Missed (one seed)"));
  await plain.context().close();
}
