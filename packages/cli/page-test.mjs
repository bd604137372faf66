// Opens the page of a sweep in headless Chromium, from a file, and uses it as a reader would: `pnpm test:browser`.
// CHROMIUM names another executable than `chromium`.
import { execFile } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { promisify } from "node:util";

const run = promisify(execFile);
const HOUSE = fileURLToPath(new URL("../..", import.meta.url));
const FLAGS = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"];
const MORE_FLAGS = ["--disable-component-update", "--disable-sync"];
const SWEEP = ["--vary", "parallelism.tensor=1,2,3", "--vary", "workload.sequences=1..16*2", "--vary", "serving.overlap=none,two-batch"];
const NAME = `</script><b id="escaped">`; // what a scenario calls itself ends no script and is no element

/** What a reader does, and what the page must show then; runs in the page. */
function reader() {
  const byId = (id) => document.getElementById(id);
  const answers = {};
  const expect = (what, found, wanted) => {
    answers[what] = JSON.stringify(found) === JSON.stringify(wanted) ? "ok" : `${JSON.stringify(found)}, wanted ${JSON.stringify(wanted)}`;
  };
  const change = (id, value, kind = "change") => {
    byId(id).value = value;
    byId(id).dispatchEvent(new Event(kind));
  };
  const choose = (id, text) => change(id, [...byId(id).options].find((option) => option.textContent === text).value);
  const press = (key) => byId("scatter").dispatchEvent(new KeyboardEvent("keydown", { key }));
  const heads = () => [...byId("table").querySelectorAll("th")];
  const column = (name) => {
    const at = heads().findIndex((head) => head.textContent.replace(/ [▾▴]$/, "") === name);
    return [...byId("table").querySelectorAll("tbody tr")].map((line) => line.children[at].textContent);
  };
  const points = JSON.parse(byId("study").textContent).rows;
  const ran = points.filter(({ status }) => status === "ok");

  expect("the title is text", [document.title.includes("script><b id="), byId("escaped")], [true, null]);
  expect("points", [points.length, ran.length], [30, 20]);
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

  const told = () => byId("detail").textContent;
  press("ArrowRight");
  const second = told();
  press("ArrowLeft");
  expect("keys walk", [second.startsWith("Point "), second === told()], [true, false]);
  document.querySelector("circle").dispatchEvent(new PointerEvent("pointerover", { bubbles: true }));
  expect("pointing tells", told().startsWith(`Point ${document.querySelector("circle").dataset.index}:`), true);

  choose("scatter-x", "gpus");
  choose("scatter-colour", "tensor");
  expect(
    "other axes",
    document.querySelector("svg text:last-of-type") !== null && byId("scatter").textContent.includes("gpus, less is better"),
    true,
  );
  expect("a legend", byId("legend").textContent, "123");
  expect("cells of the heatmap", byId("heatmap").querySelectorAll("td").length, 15);
  choose("heatmap-columns", "overlap");
  expect("a smaller heatmap", byId("heatmap").querySelectorAll("td").length, 6);

  const button = heads()
    .find((head) => head.textContent.startsWith("sequences"))
    .querySelector("button");
  button.focus();
  button.click();
  expect(
    "sorted",
    column("sequences").map(Number),
    points.map(({ parameters }) => parameters[1]).sort((a, b) => a - b),
  );
  expect("told to all", heads().find((head) => head.ariaSort !== null).textContent, "sequences ▴");
  expect("the focus stays", document.activeElement.textContent, "sequences ▴");
  change("filter", "tensor=2 sequences<=4", "input");
  expect("filtered", [column("tensor").length, new Set(column("tensor")).size, document.querySelectorAll("circle").length], [6, 1, 6]);
  change("filter", "two-batch infeasible", "input");
  expect("words", [column("overlap").length, document.querySelectorAll("circle").length], [5, 0]);
  return answers;
}

const folder = mkdtempSync(join(tmpdir(), "tokenyard-page-"));
try {
  const page = join(folder, "study.html");
  const scenario = join(HOUSE, "scenarios/two-ranks/scenario.yaml");
  const bin = join(HOUSE, "packages/cli/bin/tokenyard.js");
  await run(process.execPath, [bin, "sweep", scenario, ...SWEEP, "--set", `name=${JSON.stringify(NAME)}`, "--html", page]);
  const text = readFileSync(page, "utf8");
  const asked = [...text.matchAll(/https?:\/\/[^"'\s<]*/g)]
    .map(([address]) => address)
    .filter((address) => address !== "http://www.w3.org/2000/svg");
  if (asked.length > 0) throw new Error(`the page names addresses: ${asked.join(", ")}`);
  const answering = `<script>
const wrong = []; addEventListener("error", ({ message }) => wrong.push(message)); addEventListener("unhandledrejection", ({ reason }) => wrong.push(String(reason)));
addEventListener("load", () => {
  let answers = {};
  try { answers = (${reader})(); } catch (error) { wrong.push(error.stack); }
  for (const message of wrong) answers[message] = "an error of the page";
  document.body.replaceChildren(Object.assign(document.createElement("pre"), { textContent: encodeURIComponent(JSON.stringify(answers)) }));
});</script>`;
  writeFileSync(
    page,
    text.replace("<style>", () => `${answering}<style>`),
  );
  const args = [...FLAGS, ...MORE_FLAGS, `--user-data-dir=${join(folder, "profile")}`, "--dump-dom", pathToFileURL(page).href];
  const { stdout } = await run(process.env["CHROMIUM"] ?? "chromium", args, { maxBuffer: 1 << 26, timeout: 120_000 });
  const answer = /<pre>(.*)<\/pre>/.exec(stdout)?.[1];
  if (answer === undefined) throw new Error(`the page gave no answer:\n${stdout.slice(-2000)}`);
  const answers = Object.entries(JSON.parse(decodeURIComponent(answer)));
  for (const [what, said] of answers) if (said !== "ok") console.error(`${what}: ${said}`);
  const right = answers.filter(([, said]) => said === "ok").length;
  console.log(`the page of a sweep: ${right} of ${answers.length} right`);
  process.exitCode = right === answers.length ? 0 : 1;
} finally {
  rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
}
