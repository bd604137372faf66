// How long a slider takes.
import { isQuick, LONG, median, ms, row } from "./rows.mjs";

/** From the button of *What if* to the last sentence: the values of one key, and those that locate turning points. */
export async function slider(page) {
  await page.waitForSelector("header .run", LONG);
  await page.click(".tabs >> text=What if");
  await page.waitForSelector("#slide", LONG);
  const taken = [];
  for (let at = 0; at < (isQuick ? 1 : 3); at++) {
    taken.push(
      await page.evaluate(async () => {
        const startMs = performance.now();
        document.querySelector("#slide").click();
        const frame = () => new Promise((resolve) => requestAnimationFrame(resolve));
        while (document.querySelector("#turns") !== null) await frame();
        while (document.querySelector("#turns") === null) await frame();
        return performance.now() - startMs;
      }),
    );
  }
  const key = await page.inputValue("#slider-key");
  const values = await page.locator("#slider-values tbody tr").count();
  row(`slider of ${key}, ${values} values`, `first ${ms(taken[0])}, then ${ms(median(taken))}`, "6 s on two idle cores");
}
