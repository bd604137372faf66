// Results and pictures in frames of another page, and pictures that are copied.
import { execFileSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { answered, BIN, expect, folder, HOUSE, look, opened } from "./harness.mjs";
import { hosted } from "./hosted.mjs";

/** A result of the site, of a report's file, and a picture, each in a frame; and the pictures of the page as texts of SVGs. */
export async function embedding(address) {
  const [report, picture] = ["embedded.html", "embedded.svg"].map((name) => join(folder, name));
  const plan = "scenarios/two-ranks/scenario.yaml";
  execFileSync(process.execPath, [BIN, "run", plan, "--replications", "1", "--html", report, "--svg", "timeline", picture], { cwd: HOUSE });
  const other = await hosted(folder, "/");
  const host = join(folder, "host.html");
  const frame = (title, src) => `<iframe title="${title}" src="${src}" width="420" height="560"></iframe>`;
  writeFileSync(
    host,
    `<!doctype html><html lang="en"><title>A page of another site</title><link rel="icon" href="data:,"><main><h1>Plans</h1>
${frame("live", `${address}app.html#embed&open=one-gpu`)}
${frame("kept", `${other.address}embedded.html#embed`)}
${frame("picture", `${other.address}embedded.svg`)}</main></html>`,
  );
  const page = await opened(`${other.address}host.html`, { bypassCSP: true });
  const live = page.frameLocator("[title=live]");
  await live.locator(".headlines strong").first().waitFor({ timeout: 60_000 });
  expect("a frame has the answer alone", await live.locator("header, .side, .tabs").count(), 0);
  expect(
    "and leads to the whole page",
    await live.locator("text=Open in Tokenyard").getAttribute("href"),
    `${address}app.html#open=one-gpu`,
  );
  const kept = page.frameLocator("[title=kept]");
  await kept.locator(".headlines strong").first().waitFor();
  expect("a report's file has a short form for frames", await kept.locator(".report").count(), 0);
  expect(
    "a picture says what it is",
    await page.frameLocator("[title=picture]").locator("title").textContent(),
    "two-ranks: what the GPUs did",
  );
  for (const frames of [live, kept])
    expect("a frame does not scroll sideways", await frames.locator("html").evaluate((html) => html.scrollWidth <= html.clientWidth));
  await page.context().close();
  other.close();
  const alone = await opened(`${address}app.html#embed&open=one-gpu`, { viewport: { width: 390, height: 560 }, colorScheme: "dark" });
  await answered(alone);
  await look(alone, "embedded");
  await alone.context().close();
  await copies(address);
}

/** Each picture of a report is copied as an SVG that says what it is. */
async function copies(address) {
  const page = await opened(`${address}app.html#open=one-gpu&v=report`);
  await page.context().grantPermissions(["clipboard-read", "clipboard-write"]);
  await answered(page);
  const buttons = page.locator(".copy button");
  await buttons.first().waitFor();
  const titles = [];
  for (const button of await buttons.all()) {
    await button.click();
    await page.waitForFunction((at) => document.querySelectorAll(".copy [role=status]")[at].textContent === "copied", titles.length);
    const svg = await page.evaluate(() => navigator.clipboard.readText());
    titles.push(
      await page.evaluate((text) => {
        const picture = new DOMParser().parseFromString(text, "image/svg+xml");
        return picture.querySelector("parsererror") === null && picture.querySelector("title").textContent;
      }, svg),
    );
  }
  expect("pictures are copied as SVG", titles.length >= 3 && titles.every((title) => typeof title === "string" && title.length > 5));
  await page.click(".tabs >> text=Timeline");
  await page.click("button:has-text('Copy timeline as SVG')", { timeout: 60_000 });
  await page.waitForSelector(".copy >> text=copied");
  const svg = await page.evaluate(() => navigator.clipboard.readText());
  expect("the timeline is copied as it is drawn", svg.includes("<title>one-gpu: what the GPUs did</title>"));
  await page.context().close();
}
