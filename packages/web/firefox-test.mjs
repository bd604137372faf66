// The page in a stock Firefox, once for each release: `pnpm test:firefox`. The Worker's bytes for the whole gallery, the page on `serve`, and the page as one file.
// FIREFOX names another executable than /usr/bin/firefox-esr, which Debian's package firefox-esr has.
import { execFile } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { promisify } from "node:util";
import { BIN, endServers, folder, HOUSE, PLAN, serving } from "./browser/command-line.mjs";
import { conclusion, expect } from "./browser/expectations.mjs";
import { Firefox } from "./browser/firefox.mjs";
import { workerHashes } from "./browser/worker-hashes.mjs";

const EXECUTABLE = process.env["FIREFOX"] ?? "/usr/bin/firefox-esr";
if (!existsSync(EXECUTABLE)) throw new Error(`${EXECUTABLE} is not there: install firefox-esr, or name another Firefox with FIREFOX`);

const firefox = await Firefox.started(EXECUTABLE, join(folder, "profile"));
try {
  await onServe(await serving(PLAN));
  await fromFile();
  expect("nothing is said on the console", firefox.messages, []);
} finally {
  await firefox.end();
  endServers();
  console.log(conclusion(firefox.name));
}

/** The plan is answered and drawn, a change shows its difference, and every scenario of the gallery has the kept bytes. */
async function onServe(address) {
  await firefox.goto(address);
  await firefox.textOf(".headlines strong");
  expect("the plan is answered", (await firefox.textOf(".conclusion")).startsWith("Missed (one seed): throughput per GPU is"));
  await firefox.textOf("header .run");
  await firefox.evaluate(click, "make this the baseline");
  await firefox.evaluate((label) => {
    const input = [...document.querySelectorAll(".field")].find((each) => each.textContent.startsWith(label)).querySelector("input");
    input.dispatchEvent(new KeyboardEvent("keydown", { key: "ArrowUp", code: "ArrowUp", bubbles: true }));
  }, "tensor");
  expect("a change shows its difference", (await firefox.textOf(".headlines .change")).includes("against the baseline"));
  await firefox.evaluate(click, "Timeline");
  await firefox.textOf(".timeline canvas");
  await firefox.textOf("header .run");
  const golden = JSON.parse(readFileSync(join(HOUSE, "scenarios/golden.json"), "utf8"));
  const found = await firefox.evaluate(workerHashes, Object.keys(golden));
  for (const [name, hash] of Object.entries(golden)) expect(`the Worker's report of ${name}`, found[name], hash);
}

/** One file opens from the disk, runs its plan, and asks for nothing. */
async function fromFile() {
  const file = join(folder, "whole.html");
  await promisify(execFile)(process.execPath, [BIN, "serve", PLAN, "--save", file], { cwd: HOUSE });
  firefox.requests.length = 0;
  const address = pathToFileURL(file).href;
  await firefox.goto(address);
  await firefox.textOf("header .run");
  await firefox.evaluate(click, "Run");
  expect("the page of one file answers", (await firefox.textOf(".conclusion")).startsWith("Missed (one seed): throughput per GPU is"));
  const asked = firefox.requests.filter((url) => url !== address && !url.startsWith("blob:") && !url.startsWith("data:"));
  expect("and asks for nothing", [...new Set(asked)], []);
}

/** Presses the button of these words; runs in the page. */
function click(words) {
  [...document.querySelectorAll("button")].find((each) => each.textContent.trim() === words).click();
}
