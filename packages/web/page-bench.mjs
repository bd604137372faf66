// Measures the page in headless Chromium on the 512-GPU plan and prints rows as JSON: `pnpm bench --only page`. Nothing is asserted: other work shares the cores.
// Words name the parts to run: timelineFile, and after the first result nextResults, check, slider, scrubs, pans, cancels, searches. CHROMIUM names another executable than /usr/bin/chromium.
import { spawn } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { gzipSync } from "node:zlib";
import { chromium } from "playwright-core";
import { buildPage, bytesOf, partsOf, workerPieces } from "./build.mjs";
import { siteFiles } from "./site/site.mjs";
import { timelineFile } from "./timeline-file.mjs";

const HOUSE = fileURLToPath(new URL("../..", import.meta.url));
const BIN = join(HOUSE, "packages/cli/bin/tokenyard.js");
const PLAN = "scenarios/deployment-plan/scenario.yaml";
const FRAMES = 180;
const LONG = { timeout: 120_000 };

const rows = [];
const row = (what, value, aim) => rows.push({ what: `page: ${what}`, value, ratio: aim === undefined ? "" : `aim ${aim}` });
const ms = (value) => `${value < 10 ? value.toFixed(1) : Math.round(value)} ms`;
const median = (values) => values.toSorted((a, b) => a - b)[values.length >> 1];
const within95 = (values) => values.toSorted((a, b) => a - b)[Math.floor(0.95 * values.length)];
const kB = (bytes) => `${Math.round(bytes / 1000)} kB`;

const named = process.argv.slice(2).filter((word) => !word.startsWith("-"));
const isQuick = process.argv.includes("--quick");
if (named.length === 0) await sizes();
if (named.length === 0 || named.includes("timelineFile")) {
  const { spans, bytes } = timelineFile(BIN, join(HOUSE, PLAN));
  row(`timeline of ${spans.toLocaleString("en-US")} spans in a report's file`, kB(bytes), "300 kB of 137 k spans");
}
const served = spawn(process.execPath, [BIN, "serve", PLAN], { cwd: HOUSE, stdio: ["ignore", "pipe", "ignore"] });
const address = await new Promise((resolve) => served.stdout.once("data", (text) => resolve(String(text).trim())));
const browser = await chromium.launch({
  executablePath: process.env["CHROMIUM"] ?? "/usr/bin/chromium",
  args: ["--no-sandbox", "--disable-gpu"],
});
try {
  const page = await firstResults();
  for (const part of [nextResults, check, slider, scrubs, pans, cancels, searches])
    if (named.length === 0 || named.includes(part.name)) await part(page);
} finally {
  await browser.close();
  served.kill("SIGINT");
}
console.log(JSON.stringify(rows));

/** What a reader loads: bytes as they are and as gzip sends them; of the Worker, the rooms that are most of it. */
async function sizes() {
  const folder = mkdtempSync(join(tmpdir(), "tokenyard-page-"));
  try {
    await buildPage(folder);
    for (const name of readdirSync(folder).filter((each) => /^(?!worker).*\.(js|css|html)$/.test(each))) {
      const body = readFileSync(join(folder, name));
      row(`size of ${name.replace(/-[A-Z0-9]{8}/, "")}`, `${kB(body.length)}, ${kB(gzipSync(body).length)} gzip`);
    }
    for (const [name, outputs] of Object.entries(await workerPieces(folder))) {
      const parts = partsOf(outputs).slice(0, 12);
      row(`size of the Worker, ${name}`, `${kB(bytesOf(outputs))}: ${parts.map(([room, bytes]) => `${room} ${kB(bytes)}`).join(", ")}`);
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** From navigation to the first headline, in fresh profiles. */
async function firstResults() {
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
async function nextResults(page) {
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
async function check(page) {
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

/** From the button of *What if* to the last sentence: the values of one key, and those that locate turning points. */
async function slider(page) {
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

/** Frames a second and script of a frame while the map's instant moves. */
async function scrubs(page) {
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
async function pans(page) {
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

/** From *Stop* to a page that is idle again, during a run of seconds. */
async function cancels(page) {
  const found = [];
  for (let at = 0; at < (isQuick ? 1 : 5); at++) {
    await page.waitForSelector("header .run", LONG);
    await page.click("header .run");
    await page.waitForSelector("header progress[value]", LONG);
    found.push(
      await page.evaluate(async () => {
        const startMs = performance.now();
        document.querySelector("header .stop")?.click();
        while (document.querySelector("header .run") === null) await new Promise((resolve) => setTimeout(resolve));
        return performance.now() - startMs;
      }),
    );
  }
  row("stop of a run", ms(median(found)), "50 ms where a slice ends, 350 ms where the Worker is replaced");
}

/** From a letter in the site's search to what it finds. */
async function searches(page) {
  const folder = mkdtempSync(join(tmpdir(), "tokenyard-search-"));
  try {
    writeFileSync(join(folder, "search.html"), (await siteFiles()).get("search.html"));
    await page.goto(pathToFileURL(join(folder, "search.html")).href);
    const found = await page.evaluate(
      (words) => {
        const box = document.getElementById("words");
        return words.flatMap((word) =>
          Array.from(word, (_, at) => {
            box.value = word.slice(0, at + 1);
            const startMs = performance.now();
            box.dispatchEvent(new Event("input"));
            document.body.getBoundingClientRect(); // laid out
            return performance.now() - startMs;
          }),
        );
      },
      ["watchdog", "capacity factor", "parallelism.tensor", "how sure", "kv cache", "zzzz"],
    );
    row("search of the site, from letter to results", `${ms(median(found))}, 95 % within ${ms(within95(found))}`, "50 ms");
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
