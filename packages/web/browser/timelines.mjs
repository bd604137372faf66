// The timeline: stages, causes, requests, marks.
import { answered, expect, idle, look, opened, PLAN, serving } from "./harness.mjs";

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
}
