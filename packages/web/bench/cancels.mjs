// How soon a run ends that is stopped.
import { isQuick, LONG, median, ms, row } from "./rows.mjs";

/** From *Stop* to a page that is idle again: where a slice ends, and where the Worker hears nothing and is replaced. */
export async function cancels(page) {
  const underWay = async () => {
    await page.click("header .run");
    await page.waitForSelector("header progress[value]", LONG);
  };
  row("stop of a run where a slice ends", ms(await stopMs(page, underWay)), "50 ms");
  const unheard = async () => {
    for (const worker of page.workers()) await worker.evaluate(block).catch(() => {}); // one that was replaced
    await page.click("header .run");
    await page.waitForSelector("header .stop", LONG);
  };
  row("stop of a run where the Worker is replaced", ms(await stopMs(page, unheard)), "350 ms");
}

async function stopMs(page, begin) {
  const found = [];
  for (let at = 0; at < (isQuick ? 1 : 5); at++) {
    await page.waitForSelector("header .run", LONG);
    await begin();
    found.push(
      await page.evaluate(async () => {
        const startMs = performance.now();
        document.querySelector("header .stop")?.click();
        while (document.querySelector("header .run") === null) await new Promise((resolve) => setTimeout(resolve));
        return performance.now() - startMs;
      }),
    );
  }
  return median(found);
}

/** Keeps a Worker busy for three seconds, soon, as an event does that takes so long; runs in it. */
function block() {
  setTimeout(() => {
    for (const endMs = performance.now() + 3000; performance.now() < endMs; );
  });
}
