// What is wrong, foreign, too large, or dies: said where, with what would work, and the text stays.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { deflateRawSync } from "node:zlib";
import { answered, expect, HOUSE, idle, look, opened } from "./harness.mjs";

const TWO = readFileSync(join(HOUSE, "scenarios/two-ranks/scenario.yaml"), "utf8");
const ONE_RANK = TWO.replace("{ expert: 2 }", "{}").replace("gpusPerNode: 2", "gpusPerNode: 1");
const MILLION = TWO.replace("experts: { count: 2", "experts: { count: 1048576").replace("{ expert: 2 }", "{ expert: 1048576 }");
const LONG = TWO.replace("memory: 1 GB", "memory: 900 TB").replace("outputTokens: 2 }", "outputTokens: 1000000000 }");
const PLUGINS = `${TWO}plugins: [./mine.mjs]\n`;
const MARKUP = TWO.replace("name: two-ranks", `name: '<img src=x onerror="document.title=1">'`);

const file = (text) => ({ name: "given.yaml", mimeType: "text/yaml", buffer: Buffer.from(text) });
/** `text` as a link that was sent. */
function linked(text) {
  const state = { text, path: "sent.yaml", files: {}, view: "answer" };
  return `#s=1.${deflateRawSync(JSON.stringify(state)).toString("base64url")}`;
}

/** A browser without Workers names what it lacks, and shows the text of a link. */
async function oldBrowser(address) {
  const page = await opened("about:blank");
  await page.addInitScript("delete globalThis.Worker");
  await page.goto(`${address}${linked(MARKUP)}`);
  await page.waitForSelector("pre");
  expect("an old browser says what it lacks", (await page.textContent("p")).includes("does not have Worker"));
  expect("and the text that was sent stays text", [await page.textContent("pre"), await page.locator("img").count()], [MARKUP, 0]);
  await look(page, "old-browser-desk-light");
  await page.context().close();
}

const editorText = () => document.querySelector(".editor-place").shadowRoot?.textContent ?? "";

export async function states(address) {
  await oldBrowser(address);
  const lost = await opened(`${address}#open=two-rank`);
  expect(
    "an address that names no scenario says so",
    await lost.waitForSelector("[role=alert]").then((alert) => alert.textContent()),
    "the gallery has no scenario two-rank",
  );
  await lost.context().close();
  for (const [size, width, height, colorScheme] of [
    ["desk", 1440, 900, "light"],
    ["phone", 390, 844, "dark"],
  ]) {
    const page = await opened(address, { viewport: { width, height }, colorScheme });
    const give = async (text) => {
      await page.setInputFiles("input.files", file(text));
      await page.waitForFunction((wanted) => document.querySelector("header .file")?.textContent === wanted, "given.yaml");
    };
    const seen = async (state) => look(page, `${state}-${size}-${colorScheme}`);
    await answered(page);

    await give(TWO.replace("expert: 2", "expert: 3"));
    await page.waitForSelector(".problems h2");
    expect("a plan that cannot be says where", /given\.yaml:\d+:\d+/.test(await page.textContent(".problems")));
    await seen("problems");

    await give(LONG);
    await page.waitForSelector(".problems h2", { timeout: 60_000 });
    const refusal = await page.textContent(".problems");
    expect(`a plan of too much work says how much, and what would work: ${refusal}`, /mostWork/.test(refusal));
    expect("and its text stays", (await page.evaluate(editorText)).includes("1000000000"));
    await seen("too-much-work");
    await page.click("text=/^Allow 1300 s of work$/");
    await page.waitForSelector("#checked-name", { timeout: 60_000 });
    expect("it can be allowed", await page.locator(".problems").count(), 0);
    await page.click("header .run");
    await page.waitForSelector("header progress", { timeout: 60_000 });
    await seen("running");
    await page.click("header .stop");
    await idle(page);

    await give(MILLION);
    await page.waitForSelector(".problems h2, .headlines strong", { timeout: 120_000 });
    expect("a million ranks are answered", await page.locator("#fault").count(), 0);
    await seen("million-ranks");

    await give(PLUGINS);
    await page.waitForSelector(".problems h2");
    const named = await page.textContent(".problems");
    expect(`plug-ins are named and not executed: ${named}`, named.includes("plugins"));
    await seen("plugins");

    await give(ONE_RANK);
    await answered(page);
    await idle(page);
    await page.click(".tabs >> text=Timeline");
    await page.waitForSelector(".lanes .name", { timeout: 60_000 });
    expect("one rank has a timeline", (await page.textContent(".timeline > .faint")).includes("of 1 rank,"));
    await idle(page);
    await seen("one-rank");

    await give(MARKUP);
    await answered(page);
    expect(
      "markup stays text",
      [await page.locator("#plan-name img").count(), await page.textContent("#plan-name")],
      [0, `<img src=x onerror="document.title=1">`],
    );
    await idle(page);

    await page.route("**/worker.js", (route) =>
      route.fulfill({ contentType: "text/javascript", body: "onmessage = () => { throw new Error('it died'); };" }),
    );
    const [worker] = page.workers();
    await worker.evaluate(() => {
      setTimeout(() => {
        throw new Error("it died");
      });
    });
    await page.click("header .run");
    await page.waitForSelector("#fault");
    expect("a Worker that dies is said, and the text stays", (await page.evaluate(editorText)).includes("onerror"));
    await seen("died");
    await page.unroute("**/worker.js");
    await page.context().close();

    const foreign = await opened(`${address}#s=7.abc`, { viewport: { width, height }, colorScheme });
    expect(
      "a link of another format says so",
      (await foreign.waitForSelector("[role=alert]").then((alert) => alert.textContent())).includes("format 7"),
    );
    await look(foreign, `foreign-link-${size}-${colorScheme}`);
    await foreign.context().close();
  }
}
