// The file of a report.
import { execFile } from "node:child_process";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { promisify } from "node:util";
import { BIN, expect, folder, HOUSE, look, opened, PLAN } from "./harness.mjs";

/** A report's file: from `file://`, without any request, and readable without scripts; with a timeline, too. */
export async function reportFile() {
  await timelineFile();
  const file = join(folder, "report.html");
  const name = 'name="</script><b id=escaped>"';
  await promisify(execFile)(process.execPath, [BIN, "run", PLAN, "--replications", "1", "--set", name, "--html", file], { cwd: HOUSE });
  const url = pathToFileURL(file).href;
  const page = await opened("about:blank");
  const asked = [];
  page.on("request", (request) => asked.push(request.url()));
  await page.goto(url);
  await page.waitForSelector(".first");
  expect("a report's file asks for nothing", asked, [url]);
  expect(
    "markup in a name stays text",
    [await page.locator("#escaped").count(), (await page.textContent("h1")).includes("<b id=escaped>")],
    [0, true],
  );
  await look(page, "file");
  await page.context().close();
  const plain = await opened(url, { javaScriptEnabled: false });
  expect("its conclusion is there without scripts", (await plain.textContent("strong")).startsWith("Missed (one seed)"));
  await plain.context().close();
}

async function timelineFile() {
  const file = join(folder, "timeline.html");
  await promisify(execFile)(process.execPath, [BIN, "run", PLAN, "--html", file, "--timeline"], { cwd: HOUSE });
  const url = pathToFileURL(file).href;
  const page = await opened("about:blank");
  const asked = [];
  page.on("request", (request) => asked.push(request.url()));
  await page.goto(url);
  const lanes = page.getByRole("application", { name: /^timeline of ops/ });
  await lanes.waitFor();
  expect("a file with a timeline asks for nothing", asked, [url]);
  expect("its timeline is the whole run", (await page.locator(".timeline > p.faint").first().textContent()).includes("the whole run"));
  await page.getByRole("button", { name: "First bubble" }).click();
  const said = page.locator(".timeline .tools span[role=status]");
  await page.waitForFunction(() => /has nothing to do/.test(document.querySelector(".timeline [role=status]")?.textContent ?? ""));
  expect("the first bubble is found", /^rank \d+ has nothing to do for/.test(await said.textContent()));
  expect("no button asks for ranks that the file does not hold", await page.getByRole("button", { name: "All ranks" }).count(), 0);
  await page.getByRole("button", { name: "Requests" }).click();
  await page.getByRole("application", { name: /^timeline of requests/ }).waitFor();
  await look(page, "file-timeline");
  await page.context().close();
}
