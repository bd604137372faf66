// What the tests of the page in Chromium share: the browser, and what every view must hold.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { chromium } from "playwright-core";
import { endServers } from "./command-line.mjs";
import { expect, wrong } from "./expectations.mjs";

export * from "./command-line.mjs";
export { expect, wrong };

const AXE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

export const browser = await chromium.launch({
  executablePath: process.env["CHROMIUM"] ?? "/usr/bin/chromium",
  args: ["--no-sandbox", "--disable-gpu"],
});
/** Folders that take screenshots, where any are wanted. */
let pictures = {};
export function keepPictures(given) {
  pictures = given;
}

/** Ends the browser and the servers. */
export async function end() {
  await browser.close();
  endServers();
}

export const answered = (page) => page.waitForSelector(".headlines strong", { timeout: 60_000 });
export const idle = (page) => page.waitForSelector("header .run", { timeout: 60_000 });

/** A page that says what goes wrong in it. */
export async function opened(url, settings = {}) {
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 }, ...settings });
  const page = await context.newPage();
  page.on("console", (message) => wrong.push(`console: ${message.text()}`));
  page.on("pageerror", ({ message }) => wrong.push(`error: ${message}`));
  await page.goto(url);
  return page;
}

/** Tabs until the focus is on what has this name. */
export async function tabTo(page, name) {
  for (let presses = 0; presses < 80; presses++) {
    await page.keyboard.press("Tab");
    const label = await page.evaluate(() => {
      const at = document.activeElement;
      return at?.getAttribute("aria-label") ?? at?.labels?.[0]?.textContent ?? at?.textContent ?? "";
    });
    if (label.trim().startsWith(name)) return;
  }
  throw new Error(`no Tab leads to ${name}`);
}

/** Screens on which every view and state is looked at. */
export const SCREENS = [
  ["desk", { width: 1440, height: 900 }],
  ["phone", { width: 390, height: 844 }],
];
/** Of the four looks at a state these are kept in the documentation. */
const KEPT = new Set(["desk-light", "phone-dark"]);

/** What every view and state must hold, on a desk and on a phone, in both colour schemes; the page stays as it was on the last of them. */
export async function look(page, name) {
  for (const [screen, size] of SCREENS.toReversed()) {
    await page.setViewportSize(size);
    for (const colorScheme of ["dark", "light"]) {
      await page.emulateMedia({ colorScheme });
      await page.evaluate(() => new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn))));
      await lookOnce(page, name, `${screen}-${colorScheme}`);
    }
  }
}

/** axe, nothing that scrolls sideways, and a screenshot where they are kept. */
async function lookOnce(page, state, how) {
  const name = `${state}-${how}`;
  await page.evaluate(AXE);
  const { violations } = await page.evaluate(() => globalThis.axe.run());
  expect(
    `axe on ${name}`,
    violations.map(
      ({ id, nodes }) =>
        `${id}: ${nodes
          .slice(0, 2)
          .map(({ html }) => html.slice(0, 120))
          .join(" | ")}`,
    ),
    [],
  );
  expect(`${name} does not scroll sideways`, await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth));
  expect(`text in pictures of ${name} is at least 11 px high`, await page.evaluate(smallTexts), []);
  expect(`each picture of ${name} has a table`, await page.evaluate(picturesWithoutTable), []);
  if (pictures.png !== undefined) await page.screenshot({ path: join(pictures.png, `${name}.png`) });
  if (pictures.jpeg !== undefined && KEPT.has(how))
    await page.screenshot({ path: join(pictures.jpeg, `${name}.jpg`), type: "jpeg", quality: 40 });
}

/** Texts in pictures that are smaller than 11 px on the screen; runs in the page. */
function smallTexts() {
  return [...document.querySelectorAll("svg text")].flatMap((text) => {
    const pixels = Number.parseFloat(getComputedStyle(text).fontSize) * text.getScreenCTM().a;
    return text.getClientRects().length === 0 || pixels >= 11 ? [] : [`${text.textContent}: ${pixels.toFixed(1)}`];
  });
}

/** Names of pictures that have no table beside them, open or to be opened: in their own figure, or else in their part of the page; runs in the page. */
function picturesWithoutTable() {
  const hasTable = (place) =>
    place.querySelector("table") !== null ||
    [...place.querySelectorAll("summary")].some(({ textContent }) => textContent.includes("table"));
  return [...document.querySelectorAll("svg[role=img], canvas")].flatMap((picture) => {
    const own = picture.closest("figure.chart:not(.values)"); // that of values has its table below it
    const places = own === null ? ["section", ".map, .timeline, .study, main"].map((place) => picture.closest(place)) : [own];
    const found = places.some((place) => place !== null && hasTable(place));
    return picture.getClientRects().length === 0 || found ? [] : [picture.getAttribute("aria-label") ?? picture.className];
  });
}
