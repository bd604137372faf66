// How soon the page answers.
import { isQuick, LONG, median, ms, row } from "./rows.mjs";

/** From navigation to the first headline, in fresh profiles. */
export async function firstResults(browser, address) {
  const found = [];
  for (let at = 0; ; at++) {
    const context = await browser.newContext({ viewport: { width: 1440, height: 900 } });
    const page = await context.newPage();
    await page.addInitScript(() => {
      new MutationObserver((_, observer) => {
        if (document.querySelector(".headlines strong") === null) return;
        globalThis.firstMs = performance.now();
        observer.disconnect();
      }).observe(document, { childList: true, subtree: true });
    });
    await page.goto(address);
    await page.waitForSelector(".headlines strong", LONG);
    found.push(await page.evaluate(() => globalThis.firstMs));
    if (at + 1 < (isQuick ? 1 : 5)) {
      await context.close();
      continue;
    }
    row("first result of the 512-GPU plan after navigation", ms(median(found)), "1.5 s");
    return page;
  }
}

/** From a key in a field to the picture of the next report: the seed goes up by one each time. */
export async function nextResults(page) {
  const found = [];
  for (let at = 0; at < (isQuick ? 1 : 7); at++) {
    await page.waitForSelector("header .run", LONG);
    found.push(
      await page.evaluate(async () => {
        const input = [...document.querySelectorAll(".field")].find((each) => each.textContent.startsWith("seed")).querySelector("input");
        const startMs = performance.now();
        input.dispatchEvent(new KeyboardEvent("keydown", { key: "ArrowUp", code: "ArrowUp", bubbles: true }));
        const frame = () => new Promise((resolve) => requestAnimationFrame(resolve));
        while (document.querySelector(".pale") === null) await frame();
        while (document.querySelector(".pale") !== null) await frame();
        return performance.now() - startMs;
      }),
    );
  }
  row("next results, from key to picture", ms(median(found)), "0.5 s");
}

/** A check of the text, as the Worker answers it. */
export async function check(page) {
  const found = await page.evaluate(
    async (times) => {
      const { files } = await (await fetch("gallery.json")).json();
      const path = "deployment-plan/scenario.yaml";
      const worker = new Worker("worker.js", { type: "module" });
      const taken = [];
      for (let id = 1; id <= times; id++) {
        const startMs = performance.now();
        await new Promise((resolve) => {
          worker.onmessage = resolve;
          worker.postMessage({ kind: "check", id, source: { text: files[path], path, files } });
        });
        taken.push(performance.now() - startMs);
      }
      worker.terminate();
      return taken;
    },
    isQuick ? 3 : 15,
  );
  row("check of a text, later ones", ms(median(found.slice(1))), "30 ms");
}
