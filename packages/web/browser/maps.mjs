// The map of the cluster: colours, the scrubber, a lost GPU, and the way to its lanes; by keyboard, in both colour schemes.
import { answered, expect, idle, look, opened, PLAN, serving, tabTo } from "./harness.mjs";

const shown = (page) => page.waitForSelector(".map-picture", { timeout: 120_000 });

export async function maps() {
  await mapOfPlan();
  const address = await serving("scenarios/dead-gpu/scenario.yaml");
  {
    const page = await opened(address);
    await answered(page);
    await idle(page);
    await page.click(".tabs >> text=Map");
    await shown(page);
    await page.focus("#map-instant");
    await page.keyboard.press("Home");
    expect("no fault at the start", await page.locator("#map-faults").count(), 0);
    const found = await page.evaluate(async () => {
      const input = document.querySelector("#map-instant");
      for (let at = 0; at <= Number(input.max); at++) {
        input.value = String(at);
        input.dispatchEvent(new Event("input", { bubbles: true }));
        await new Promise((resolve) => setTimeout(resolve));
        const words = document.querySelector("#map-faults")?.textContent;
        if (words) return words;
      }
      return "";
    });
    expect(`a lost GPU is named with its time: ${found}`, /gpu lost, GPU 5, from 60(\.0)? s to 511 s/.test(found));
    await idle(page);
    await look(page, "map");
    await page.context().close();
  }
  const page = await opened(address);
  await answered(page);
  await idle(page);
  await tabTo(page, "Map");
  await page.keyboard.press("Enter");
  await shown(page);
  await tabTo(page, "map of 32 GPUs");
  for (let at = 0; at < 5; at++) await page.keyboard.press("ArrowRight");
  expect("arrows choose a GPU", /^GPU 5, node 0/.test(await page.textContent(".gpu-card")));
  await page.keyboard.press("Enter");
  await page.waitForSelector(".lanes .name", { timeout: 120_000 });
  expect("Enter opens its lanes", await page.locator(".tabs [aria-current=page]").textContent(), "Timeline");
  await page.context().close();
}

/** The map of a plan without faults, while it is made and when it is there. */
async function mapOfPlan() {
  const page = await opened(await serving(PLAN));
  await answered(page);
  await idle(page);
  const [worker] = page.workers();
  await worker.evaluate(() => {
    setTimeout(() => {
      for (const endMs = performance.now() + 60_000; performance.now() < endMs; ); // the map is not there before it is looked at
    });
  });
  await page.click(".tabs >> text=Map");
  await page.waitForSelector("header .stop");
  await look(page, "map-running");
  await page.click("header .stop"); // another Worker takes its place
  await idle(page);
  expect("a map that was stopped is not there", await page.locator(".map-picture").count(), 0);
  await look(page, "map-stopped");
  await page.click("text=Run it again");
  await shown(page);
  await idle(page);
  await look(page, "map-of-the-plan");
  await page.context().close();
}
