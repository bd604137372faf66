// The path of a newcomer, by keyboard alone.
import { answered, expect, idle, opened, serving, tabTo } from "./harness.mjs";
import { startLine } from "./start-line.mjs";

/** More letters than a busy page shows at once: those that come while it draws must stay. */
const HURRIED = "abcdefghijklmnopqrstuvwxyz".repeat(4);
const editorText = () => document.querySelector(".editor-place").shadowRoot?.textContent ?? "";

/** The path from the last line of `pnpm start` over `serve`, and what a hurried or mistaken hand meets there. */
export async function reader() {
  const [command, ...words] = await startLine();
  expect("the last line of pnpm start opens the page", [command, words.at(-1)], ["serve", "--open"]);
  const page = await opened(await serving(...words.slice(0, -1)));
  await answered(page);
  const link = await path(page);
  const cut = await opened(`${link.slice(0, -40)}`);
  expect(
    "a link that was cut says so",
    (await cut.waitForSelector("[role=alert]").then((alert) => alert.textContent())).includes("not whole"),
  );
  await cut.context().close();
  await hovered(page);
  await hurried(page);
  await page.context().close();
}

/** By keyboard alone: pin, change tensor 2 to 4, see the difference, open the timeline, share the link; in a fresh profile it shows the same. */
export async function path(page) {
  expect(
    "the conclusion is at the top",
    (await page.textContent(".conclusion")).startsWith("Missed (one seed): throughput per GPU is 17.1 tokens/ms"),
  );
  expect("three numbers", await page.locator(".headlines li").count(), 3);
  const fold = await page.locator(".sure").boundingBox();
  expect("all of it without scrolling", fold.y + fold.height < 900);
  expect("the title says the verdict", (await page.title()).startsWith("deployment-plan: missed"));
  await tabTo(page, "make this the baseline");
  await page.keyboard.press("Enter");
  await page.evaluate(() => document.activeElement.blur());
  await tabTo(page, "tensor");
  await page.keyboard.press("ArrowUp");
  await page.waitForSelector(".headlines .change", { timeout: 60_000 });
  expect("the text has the new value", (await page.evaluate(editorText)).includes("tensor: 4"));
  expect("the plan is another", (await page.textContent(".plan-words")).includes("tensor 4"));
  expect("and says by how much", (await page.locator(".headlines .change").first().textContent()).includes("against the baseline"));
  await tabTo(page, "Timeline");
  await page.keyboard.press("Enter");
  await page.waitForSelector(".timeline canvas", { timeout: 60_000 });
  await tabTo(page, "timeline of ops");
  for (const key of ["n", "w", "w", "n", "ArrowDown", "ArrowRight", "ArrowLeft"]) await page.keyboard.press(key);
  expect("a span describes itself", /micro-batch \d+ · prefill · rank \d+/.test(await page.textContent(".span-card")));
  const whole = await page.textContent(".ruler");
  await page.evaluate(() => document.activeElement.blur());
  await tabTo(page, "First bubble");
  await page.keyboard.press("Enter");
  await page.waitForSelector("text=/rank \\d+ has nothing to do for/");
  const shown = await page.textContent(".ruler");
  expect("the first bubble is shown", shown !== whole && /shown/.test(shown));
  await idle(page);
  await page.context().grantPermissions(["clipboard-read", "clipboard-write"]);
  await page.evaluate(() => document.activeElement.blur());
  await tabTo(page, "Copy answer and link");
  await page.keyboard.press("Enter");
  await page.waitForFunction(() => location.hash.startsWith("#s=1."));
  const conclusion = await page.evaluate(() => navigator.clipboard.readText());
  const link = page.url();
  expect(
    "what is copied is the answer, then the link",
    [/^deployment-plan: Missed \(one seed\).*\. /.test(conclusion), conclusion.endsWith(` ${link}`)],
    [true, true],
  );

  const other = await opened(link);
  await other.waitForSelector(".sent");
  expect("a link shows what was sent", (await other.textContent(".sent .label")).includes("as sent, not recomputed here"));
  expect("and does not run by itself", await other.locator("header .stop").count(), 0);
  await tabTo(other, "Run it here");
  await other.keyboard.press("Enter");
  await other.waitForSelector("text=the same as was sent", { timeout: 60_000 });
  await other.waitForSelector(".ruler", { timeout: 60_000 });
  expect("a link shows the same time", await other.textContent(".ruler"), shown);
  await other.context().close();

  return link;
}

/** What the schema says of a key below the pointer. */
async function hovered(page) {
  await page.locator(".cm-line", { hasText: "tensor:" }).locator("span").first().hover();
  const said = await page.waitForSelector(".cm-tooltip-hover", { timeout: 60_000 });
  expect("a key says what it is about", (await said.textContent()).startsWith("parallelism.tensor: "));
  await page.mouse.move(0, 0);
}

/** Typing and mistakes. */
async function hurried(page) {
  await page.evaluate(() => document.querySelector(".editor-place").shadowRoot.querySelector(".cm-content").focus());
  await page.keyboard.press("Control+End");
  await page.keyboard.type(`\n# ${HURRIED}`);
  expect("no letter of a hurried hand is lost", await page.evaluate(editorText).then((text) => text.includes(`# ${HURRIED}`)));
  await page.keyboard.type("\nparal");
  const offer = await page.waitForSelector(".cm-tooltip-autocomplete li", { timeout: 60_000 });
  expect("the editor offers keys of the schema", await offer.textContent(), "parallelism");
  await page.keyboard.press("Escape");
  for (let letter = 0; letter < 6; letter++) await page.keyboard.press("Backspace");
  await page.evaluate(() => document.activeElement.blur());
  await tabTo(page, "tensor");
  await page.keyboard.press("Control+a");
  await page.keyboard.type("3");
  await page.keyboard.press("Enter");
  const problem = await page.waitForSelector(".problems:has-text('3 given')"); // not that of a word half typed
  expect("a problem has its place and what would work", /scenario\.yaml:\d+:\d+.*3 given; wanted/.test(await problem.textContent()));
  await page.waitForSelector(".cm-lintRange-error, .cm-lint-marker-error");
  expect(
    "and is marked in the text",
    await page
      .locator(".cm-lintRange-error")
      .first()
      .textContent()
      .then((text) => text.trim()),
    "tensor: 3",
  );
  expect("the last good report stays, pale", await page.locator(".pale").count(), 1);
}
