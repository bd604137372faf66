// Frames a second, and the work of a frame.
import { FRAMES, isQuick, LONG, median, ms, row, within95 } from "./rows.mjs";

/** Frames a second and script of a frame while the map's instant moves. */
export async function scrubs(page) {
  await page.waitForSelector("header .run", LONG);
  await page.click(".tabs >> text=Map");
  await page.waitForSelector(".map-picture", LONG);
  const client = await page.context().newCDPSession(page);
  await client.send("Performance.enable", { timeDomain: "threadTicks" });
  const seconds = async () => (await client.send("Performance.getMetrics")).metrics.find(({ name }) => name === "ScriptDuration").value;
  const before = await seconds();
  const between = await page.evaluate(async (frames) => {
    const input = document.querySelector("#map-instant");
    const frame = () => new Promise((resolve) => requestAnimationFrame(resolve));
    const found = [];
    let lastMs = await frame();
    for (let at = 0; at < frames; at++) {
      input.value = String(at);
      input.dispatchEvent(new Event("input", { bubbles: true }));
      const nowMs = await frame();
      found.push(nowMs - lastMs);
      lastMs = nowMs;
    }
    return found;
  }, FRAMES);
  const script = ((await seconds()) - before) / FRAMES;
  const mean = between.reduce((sum, each) => sum + each) / FRAMES;
  const text = `${(1000 / mean).toFixed(0)} frames/s, ${ms(1000 * script)} of processor time in scripts a frame`;
  row("scrub over the map of 512 ranks", text, "45 frames/s");
}

/** Frames a second and script of a frame while the timeline pans: with a stage open, with all ranks, and with all of these in one picture. */
export async function pans(page) {
  await page.click(".tabs >> text=Timeline");
  await page.waitForSelector(".lanes .name", LONG);
  const client = await page.context().newCDPSession(page);
  await client.send("Performance.enable", { timeDomain: "threadTicks" }); // processor time: other work shares the cores
  const scriptSeconds = async () =>
    (await client.send("Performance.getMetrics")).metrics.find(({ name }) => name === "ScriptDuration").value;
  const pan = async (aim) => {
    await page.waitForSelector("header .run", LONG);
    await page.click(".timeline .tools >> text=Closer");
    const taken = await page.evaluate(async (frames) => {
      const picture = document.querySelector(".lanes .picture");
      const frame = () => new Promise((resolve) => requestAnimationFrame(resolve));
      let lastMs = await frame();
      const between = [];
      for (let at = 0; at < frames; at++) {
        const code = at % 4 < 2 ? "KeyD" : "KeyA";
        picture.dispatchEvent(new KeyboardEvent("keydown", { key: code, code, bubbles: true }));
        const nowMs = await frame();
        between.push(nowMs - lastMs);
        lastMs = nowMs;
      }
      return between;
    }, FRAMES);
    const scripts = [];
    let before = await scriptSeconds();
    for (let at = 0; at < FRAMES; at++) {
      await page.evaluate(panOnce, at % 4 < 2 ? "KeyD" : "KeyA");
      const now = await scriptSeconds();
      scripts.push(1000 * (now - before));
      before = now;
    }
    const spans = /([\d,]+) spans/.exec(await page.textContent(".timeline > .faint"))[1];
    const mean = taken.reduce((sum, each) => sum + each) / FRAMES;
    const script = `scripts of a frame take ${ms(median(scripts))} of processor time, 95 % within ${ms(within95(scripts))}`;
    const text = `${(1000 / mean).toFixed(0)} frames/s, 95 % of frames within ${ms(within95(taken))}; ${script}`;
    await page.click(".timeline .tools >> text=/^All$/");
    row(
      `pan over ${spans} spans${(await page.locator("[aria-pressed=true]:has-text('All in one')").count()) > 0 ? ", all ranks in one picture" : ""}`,
      text,
      aim,
    );
  };
  await pan("60 frames/s, scripts within 4 ms");
  await page.click(".lanes .name >> text=stage 0");
  await page.waitForSelector("[aria-expanded=true]", LONG);
  await pan("60 frames/s, scripts within 4 ms");
  if (isQuick) return;
  await page.click(".timeline .tools >> text=All ranks");
  await page.waitForSelector("text=/spans of 512 ranks/", LONG);
  await pan("45 frames/s");
  await page.click("text=All in one picture");
  await pan("45 frames/s");
}

/** In the page: one key of the timeline, and the frame that shows what it does. */
async function panOnce(code) {
  document.querySelector(".lanes .picture").dispatchEvent(new KeyboardEvent("keydown", { key: code, code, bubbles: true }));
  for (let frames = 0; frames < 2; frames++) await new Promise((resolve) => requestAnimationFrame(resolve));
}
