// A reader of the site, by keyboard alone.
import { answered, expect, idle, look, opened, tabTo } from "./harness.mjs";
import { path } from "./reader.mjs";

/** From the page with nothing open: a scenario of the gallery, and the path of a newcomer through it. The same wherever the page comes from. */
export async function startByKeys(address) {
  const page = await opened(address);
  await page.waitForSelector(".cards li:nth-child(20)");
  await tabTo(page, "deployment-planThe"); // others begin with its name
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
  await page.click(".cards button:has-text('one-gpu')");
  await page.waitForFunction(() => document.querySelector("#plan-name")?.textContent === "one-gpu", undefined, { timeout: 60_000 });
  expect("plans open and run without a network", true);
  await page.context().setOffline(false);
  await page.waitForFunction(() => !document.querySelector("header").textContent.includes("no network"));
  await page.context().close();
}

const LOOKED_AT = ["index", "docs/faults", "docs/accuracy", "scenarios/dead-gpu/index", "search"];

/** axe, nothing that scrolls sideways: pages of every kind, in both colour schemes, on a desk and on a phone. */
export async function siteLooks(address) {
  for (const [size, width, height] of [
    ["desk", 1440, 900],
    ["phone", 390, 844],
  ]) {
    for (const colorScheme of ["light", "dark"]) {
      const page = await opened("about:blank", { viewport: { width, height }, colorScheme, bypassCSP: true }); // axe is a script of the test's
      for (const name of LOOKED_AT) {
        await page.goto(`${address}${name}.html${name === "search" ? "?q=decode" : ""}`);
        await look(page, `site-${name.replaceAll("/", "-")}-${size}-${colorScheme}`);
      }
      await page.context().close();
    }
  }
}
