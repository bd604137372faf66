// A reader of the site, by keyboard alone.
import { answered, expect, idle, look, opened, tabTo } from "./harness.mjs";
import { path } from "./reader.mjs";

/** From the page with nothing open: a scenario of the gallery, and the path of a newcomer through it. The same wherever the page comes from. */
export async function startByKeys(address) {
  const page = await opened(address);
  await page.waitForSelector(".cards a[href='#open=two-ranks']");
  await tabTo(page, "512 GPUs that miss their throughput sixfold");
  await page.keyboard.press("Enter");
  await answered(page);
  await idle(page);
  await path(page);
  await page.context().close();
}

/** From the first page to a scenario that runs, and by the search into the documentation. */
export async function siteByKeys(address) {
  const page = await opened(address);
  await tabTo(page, "Skip to the content");
  await page.keyboard.press("Enter");
  await tabTo(page, "Run one-gpu");
  await page.keyboard.press("Enter");
  await answered(page);
  expect("a card of the gallery runs its scenario", (await page.textContent("header .file")).trim(), "one-gpu/scenario.yaml");
  await tabTo(page, "Documentation");
  await page.keyboard.press("Enter");
  await page.waitForSelector("h1:text-is('Documentation')");
  await tabTo(page, "Search");
  await page.keyboard.type("watchdog");
  await page.keyboard.press("Enter");
  await page.waitForSelector(".found li");
  expect("the search has what was typed", await page.inputValue("#words"), "watchdog");
  await page.keyboard.type(" detector");
  await page.waitForFunction(() => document.title.startsWith("watchdog detector"));
  await page.keyboard.press("ArrowDown");
  const wanted = await page.evaluate(() => document.activeElement.href);
  await page.keyboard.press("Enter");
  await page.waitForURL((url) => url.href === wanted);
  const anchor = decodeURIComponent(new URL(wanted).hash.slice(1));
  const top = await page.evaluate((id) => document.getElementById(id).getBoundingClientRect().top, anchor);
  expect("what was found is in sight", top > -2 && top < 900);
  await page.goto(new URL("search.html", address).href);
  await page.keyboard.type("qqqqzz");
  await page.waitForSelector("text=nothing found for qqqqzz");
  await page.context().close();
}

/** Without a network the page goes on, and says what needs one. */
export async function offline(address) {
  const page = await opened(address);
  await answered(page);
  await page.context().setOffline(true);
  await page.waitForSelector("text=no network: plans run here all the same; the documentation needs one");
  await tabTo(page, "expert");
  await page.keyboard.press("ArrowDown");
  await page.waitForSelector(".problems, .headlines .change, .pale", { timeout: 20_000 });
  await page.click(".brand");
  await page.click(".cards a[href='#open=one-gpu']");
  await page.waitForFunction(() => document.querySelector("#plan-name")?.textContent === "one-gpu", undefined, { timeout: 60_000 });
  expect("plans open and run without a network", true);
  await page.context().setOffline(false);
  await page.waitForFunction(() => !document.querySelector("header").textContent.includes("no network"));
  await page.context().close();
}

const LOOKED_AT = ["index", "docs/faults", "docs/accuracy", "scenarios/dead-gpu/index", "search"];

/** axe, nothing that scrolls sideways: pages of every kind, in both colour schemes, on a desk and on a phone. */
export async function siteLooks(address) {
  const page = await opened("about:blank", { bypassCSP: true }); // axe is a script of the test's
  for (const name of LOOKED_AT) {
    await page.goto(`${address}${name}.html${name === "search" ? "?q=decode" : ""}`);
    await look(page, `site-${name.replaceAll("/", "-")}`);
  }
  await page.context().close();
}

/** A guided plan, step by step by keyboard: each has a sentence with the numbers of its run. */
export async function guided(address) {
  const page = await opened(`${address}app.html#guide=audited-plan`);
  const said = [];
  for (let step = 1; step <= 6; step++) {
    await page.waitForSelector(`.guide >> text=step ${step} of 6`);
    await page.waitForFunction(() => /\d/.test(document.querySelector(".guide .sentence").textContent), undefined, { timeout: 60_000 });
    said.push(await page.textContent(".guide .sentence"));
    if (step === 3) {
      await page.waitForSelector(".timeline canvas", { timeout: 60_000 });
      expect("a step shows its time", /^0 s20\.0 ms shown20\.0 ms$/.test(await page.textContent(".ruler")));
    }
    await idle(page);
    if (step === 3) await look(page, "guide");
    if (step === 6) break;
    await page.evaluate(() => document.activeElement.blur());
    await tabTo(page, "Next step");
    await page.keyboard.press("Enter");
  }
  expect("each step says something else", new Set(said).size, 6);
  expect("with the numbers of the run", said[0].includes("it delivers 17.1 tokens/ms") && said[4].includes("at 271 tokens/ms"));
  await page.goBack();
  await page.waitForSelector(".guide >> text=step 5 of 6");
  await page.click("text=End the guide");
  expect("a guide ends", await page.locator(".guide").count(), 0);
  await page.context().close();
}
