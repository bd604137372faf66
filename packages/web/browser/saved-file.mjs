// The whole app as one file.
import { execFile } from "node:child_process";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { promisify } from "node:util";
import { answered, BIN, expect, folder, HOUSE, idle, opened, PLAN, tabTo } from "./harness.mjs";
import { path } from "./reader.mjs";

/** The page saves itself by keyboard; the file asks for nothing, says nothing on the console, and takes a newcomer the same way. */
export async function savedFile(address) {
  const page = await opened(address);
  await answered(page);
  await idle(page);
  const first = await saved(page, "first.html");
  await page.context().close();

  const asked = [];
  const fromFile = await opened("about:blank");
  fromFile.on("request", (request) => asked.push(request.url()));
  await fromFile.goto(first);
  await fromFile.waitForSelector(".sent");
  expect("a saved page shows the answer as it was saved", (await fromFile.textContent(".sent .label")).includes("as sent"));
  expect("and runs when it is asked", await fromFile.locator("header .stop").count(), 0);
  await tabTo(fromFile, "Run it here");
  await fromFile.keyboard.press("Enter");
  await answered(fromFile);
  await idle(fromFile);
  const again = await saved(fromFile, "again.html");
  await path(fromFile);
  await fromFile.click(".brand");
  await fromFile.waitForSelector(".cards a[href='#open=two-ranks']");
  expect(
    "it asks for nothing",
    [...new Set(asked)].filter((url) => url !== first && !url.startsWith("blob:")),
    [],
  );
  await fromFile.context().close();

  const second = await opened(again);
  await second.waitForSelector(".sent");
  expect("a saved page saves itself", (await second.textContent(".sent .label")).includes("as sent"));
  await second.context().close();

  const own = join(folder, "own.html");
  await promisify(execFile)(process.execPath, [BIN, "serve", PLAN, "--save", own], { cwd: HOUSE });
  const written = await opened(pathToFileURL(own).href);
  await tabTo(written, "Run");
  await written.keyboard.press("Enter");
  await answered(written);
  expect("the command line writes the same page", (await written.textContent(".conclusion")).startsWith("Missed (one seed)"));
  await written.context().close();
}

/** The address of the page that `page` saves as `name`. */
async function saved(page, name) {
  await page.evaluate(() => document.activeElement.blur());
  await tabTo(page, "Save as one file");
  const [download] = await Promise.all([page.waitForEvent("download"), page.keyboard.press("Enter")]);
  expect("a saved page has the name of its plan", download.suggestedFilename(), "scenario.html");
  const file = join(folder, name);
  await download.saveAs(file);
  return pathToFileURL(file).href;
}
