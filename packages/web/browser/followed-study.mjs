// A study that another process writes.
import { copyFileSync, existsSync } from "node:fs";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { answered, expect, folder, HOUSE, look, opened, serving, started } from "./harness.mjs";

/** The page shows the points of a sweep while it runs, until it has ended; one of them opens as a plan. */
export async function followedStudy() {
  const plan = join(folder, "followed.yaml");
  const study = join(folder, "followed.duckdb");
  copyFileSync(join(HOUSE, "scenarios/poisson-load/scenario.yaml"), plan);
  const sweep = started(["sweep", plan, "--vary", "seed=1..40", "--out", study, "--workers", "1"]);
  const ended = new Promise((resolve) => sweep.once("exit", resolve));
  while (!existsSync(study)) await setTimeout(20);
  const page = await opened(await serving(study));
  await page.waitForSelector("#followed");
  const seen = new Set();
  const points = async () => Number(/: ([\d,]+) points?/.exec(await page.textContent("#followed"))?.[1] ?? 0);
  let wasRunning = false;
  for (let looks = 0; looks < 600 && (await points()) < 40; looks++) {
    seen.add(await points());
    wasRunning ||= (await page.textContent("#followed")).includes("still running");
    await setTimeout(50);
  }
  expect("a study is seen while it runs", wasRunning);
  expect("and is seen to go on", seen.size > 2);
  expect("the sweep was not disturbed", await ended, 0);
  await page.waitForSelector("text=/not running: 40 points/", { timeout: 20_000 });
  expect("all points are in the table", await page.locator("#table tbody tr").count(), 40);
  await look(page, "followed");
  await page.click("#open-point");
  await answered(page);
  expect("a point opens as a plan", (await page.textContent("header .file")).startsWith("poisson-load-point-"));
  await page.context().close();
}
