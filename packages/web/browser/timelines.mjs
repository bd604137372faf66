// The timeline: stages, causes, requests, marks, and what does not fit.
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { answered, expect, folder, HOUSE, idle, look, opened, PLAN, serving } from "./harness.mjs";

/** A stage opens to all of its ranks, a wait leads to the rank that it is for, requests have tracks, and marks lead to their time. */
export async function timelines() {
  const page = await opened(await serving(PLAN));
  await answered(page);
  await idle(page);
  await page.click(".tabs >> text=Timeline");
  await page.click("header .stop");
  await page.click("text=Run it again");
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
  await look(page, "timeline-open");
  await page.click("text=The same as a table");
  await page.waitForSelector(".timeline table tbody tr");
  expect("the picture is a table too", await page.locator(".timeline table tbody tr").count(), 156);
  await page.click(".timeline button:text-is('Requests')");
  await page.waitForSelector(".lanes .name >> text=request 0");
  await look(page, "timeline-requests");
  await page.context().close();

  const faulty = await opened(await serving("scenarios/dead-gpu/scenario.yaml"));
  await answered(faulty);
  await faulty.click(".tabs >> text=Timeline");
  await faulty.click(".timeline summary:has-text('1 fault')", { timeout: 60_000 });
  await faulty.click(".timeline td >> text=60.0 s");
  expect("a mark leads to its time", (await faulty.textContent(".ruler")).startsWith("0 s599 s"));
  await idle(faulty);
  await look(faulty, "timeline-marks");
  await faulty.context().close();
  await tooManySpans();
}

/** Of more than 5 million spans the beginning is shown: it is said how much, and what shows the rest. */
async function tooManySpans() {
  const file = join(folder, "many-spans.yaml");
  const text = readFileSync(join(HOUSE, PLAN), "utf8");
  writeFileSync(file, text.replace("outputTokens: 128", "outputTokens: 200"));
  const page = await opened(await serving(file));
  await answered(page);
  await idle(page);
  await page.click(".tabs >> text=Timeline");
  await page.waitForSelector(".lanes .name", { timeout: 60_000 });
  await idle(page);
  await page.click(".timeline .tools >> text=All ranks");
  await page.waitForSelector("text=/spans of 512 ranks/", { timeout: 120_000 });
  const said = await page.textContent(".timeline > .faint");
  const [, count, part, whole] = /^([\d,]+) spans of 512 ranks, the first ([\d.]+) ms of ([\d.]+) ms/.exec(said) ?? [];
  expect(`at most 5 million spans are kept: ${said}`, Number(count?.replaceAll(",", "")) <= 5e6 && Number(part) < Number(whole));
  expect("and what shows the others is said", said.includes("run --html FILE --timeline has a later part by --from and --to"));
  expect(
    "the text stays",
    await page.evaluate(() => document.querySelector(".editor-place").shadowRoot.textContent.includes("outputTokens: 200")),
  );
  await idle(page);
  await look(page, "too-many-spans");
  await page.context().close();
}
