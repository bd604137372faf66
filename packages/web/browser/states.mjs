// What is wrong, foreign, too large, or dies: said where, with what would work, and the text stays.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { deflateRawSync } from "node:zlib";
import { answered, expect, HOUSE, idle, look, opened } from "./harness.mjs";

const TWO = readFileSync(join(HOUSE, "scenarios/two-ranks/scenario.yaml"), "utf8");
const ONE_RANK = TWO.replace("{ expert: 2 }", "{}").replace("gpusPerNode: 2", "gpusPerNode: 1");
const DENSE = "dense: { hiddenSize: 1000, matrices: 2 }";
const MILLION = TWO.replace(/experts: .*/, DENSE)
  .replace(/^routing:.*$/m, "")
  .replace("{ expert: 2 }", "{ data: 1000000 }");
const EXPERTS = TWO.replace("experts: { count: 2", "experts: { count: 1048576");
const LONG = TWO.replace("memory: 1 GB", "memory: 900 TB").replace("outputTokens: 2 }", "outputTokens: 1000000000 }");
const PLUGINS = `${TWO}plugins: [./mine.mjs]\n`;
const MARKUP = TWO.replace("name: two-ranks", `name: '<img src=x onerror="document.title=1">'`);

const OPEN =
  "workload: { kind: open, requests: 1, rate: 1 requests/s, promptTokens: 250000, outputTokens: 2 }\nserving: { scheduler: { kind: continuous } }";
const NOTHING = TWO.replace(/^workload:.*$/m, OPEN);

const file = (text) => ({ name: "given.yaml", mimeType: "text/yaml", buffer: Buffer.from(text) });
const CLAIMS = {
  name: "<img src=x>",
  version: "0.0.1",
  hash: "0",
  verdict: "met",
  conclusion: "Met: all is well.",
  headlines: [["P99 TTFT", "✓", "1 ms", "≤ 1 s"]],
};
/** `text` as a link that was sent. */
function linked(text, sent = undefined) {
  const state = { text, path: "sent.yaml", files: {}, view: "answer", sent };
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
  await look(page, "old-browser");
  await page.context().close();
}

const editorText = () => document.querySelector(".editor-place").shadowRoot?.textContent ?? "";

export async function states(address) {
  await oldBrowser(address);
  await links(address);
  const page = await opened(address);
  const give = async (text) => {
    await page.setInputFiles("input.files", file(text));
    await page.waitForFunction((wanted) => document.querySelector("header .file")?.textContent === wanted, "given.yaml");
  };
  await answered(page);
  await idle(page);

  await page.locator(".field", { hasText: "tensor" }).locator("input").fill("3");
  await page.keyboard.press("Enter");
  await page.waitForSelector(".problems h2");
  expect("below a problem the last report stays, pale", await page.locator(".pale .headlines").count(), 1);
  await look(page, "problems-over-a-report");

  await give(TWO.replace("expert: 2", "expert: 3"));
  await page.waitForSelector(".problems:has-text('given.yaml')");
  expect("a plan that cannot be says where", /given\.yaml:\d+:\d+/.test(await page.textContent(".problems")));
  await look(page, "problems");

  await tooMuch(page, give);

  await refused(page, give, EXPERTS, "1048576 given; wanted a whole number from 1 to 65536");
  await refused(page, give, MILLION, "GiB, mostly for 1e6 ranks in 1e6 stages, given; wanted at most 2 GiB");
  await look(page, "million-ranks");

  await give(PLUGINS);
  await page.waitForSelector(".problems:has-text('mine.mjs')"); // not those of the text before
  const named = await page.textContent(".problems");
  expect(
    `plug-ins are named and not executed, with the command that can: ${named}`,
    named.includes("./mine.mjs") && named.includes("--plugin"),
  );
  await look(page, "plugins");

  await give(NOTHING);
  await answeredAtAll(page);
  expect("where nothing finished the page says so", (await page.textContent(".conclusion")).includes("none of 1 request finished"));
  await look(page, "nothing-finished");
  await page.click(".tabs >> text=Report");
  await look(page, "nothing-finished-report");
  await timelineOf(page, "0 spans of 1 rank, the whole run");
  await look(page, "no-spans");

  await give(ONE_RANK);
  await answered(page);
  await idle(page);
  await timelineOf(page, "of 1 rank,");
  await look(page, "one-rank");

  await give(MARKUP);
  await answered(page);
  const shown = [await page.locator("#plan-name img").count(), await page.textContent("#plan-name")];
  expect("markup stays text", shown, [0, `<img src=x onerror="document.title=1">`]);
  await idle(page);
  await deadWorker(page);
  await page.context().close();
}

/** A text that cannot be run says where and what would work. */
async function refused(page, give, text, words) {
  await give(text);
  await page.waitForSelector(`.problems:has-text(${JSON.stringify(words)})`, { timeout: 120_000 });
  const said = await page.textContent(".problems");
  expect(`it has its place: ${said}`, /given\.yaml:\d+:\d+/.test(said));
  expect("and the Worker is well", await page.locator("#fault").count(), 0);
}

const answeredAtAll = (page) => page.waitForSelector(".conclusion", { timeout: 60_000 });

async function timelineOf(page, words) {
  await page.click(".tabs >> text=Timeline");
  await page.waitForSelector(".lanes .name", { timeout: 60_000 });
  const said = await page.textContent(".timeline > .faint");
  expect(`a timeline of ${words}: ${said}`, said.includes(words));
  await idle(page);
}

/** A plan over `mostWork` is refused, allowed, and stopped. */
async function tooMuch(page, give) {
  await give(LONG);
  await page.waitForSelector(".problems h2", { timeout: 60_000 });
  const refusal = await page.textContent(".problems");
  expect(`a plan of too much work says how much, and what would work: ${refusal}`, /mostWork/.test(refusal));
  expect("and its text stays", (await page.evaluate(editorText)).includes("1000000000"));
  await look(page, "too-much-work");
  await page.click("text=/^Allow 1300 s of work$/");
  await page.waitForSelector("#checked-name", { timeout: 60_000 });
  expect("it can be allowed", await page.locator(".problems").count(), 0);
  await page.click("header .run");
  await page.waitForSelector("header progress", { timeout: 60_000 });
  await look(page, "running");
  await page.click("header .stop");
  await idle(page);
}

/** The Worker dies, and so does the next one. */
async function deadWorker(page) {
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
  await look(page, "died");
  await page.unroute("**/worker.js");
}

/** Links that name nothing, of another format, and of a plan that has not run here. */
async function links(address) {
  const lost = await opened(`${address}#open=two-rank`);
  const alert = (page) => page.waitForSelector("main [role=alert]").then(async (found) => (await found.textContent()).trim());
  expect("an address that names no scenario says so", await alert(lost), "the gallery has no scenario two-rank; did you mean two-ranks?");
  await look(lost, "unknown-scenario");
  await lost.context().close();
  const foreign = await opened(`${address}#s=7.abc`);
  expect("a link of another format says so", (await alert(foreign)).includes("format 7"));
  await look(foreign, "foreign-link");
  await foreign.context().close();
  const sent = await opened(`${address}${linked(TWO, CLAIMS)}`);
  await sent.waitForSelector(".sent");
  expect("claims of a sender are text", await sent.locator(".sent img").count(), 0);
  await look(sent, "sent");
  await sent.click("text=Run it here");
  const found = await sent.waitForSelector("text=/recomputed here: differs from/", { timeout: 60_000 });
  const says = await found.textContent();
  expect(
    `a run that differs from what was sent says so: ${says}`,
    says.includes("(sent by version 0.0.1") && says.includes("Met: all is well."),
  );
  await sent.context().close();
}
