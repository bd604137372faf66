// The file of a report.
import { execFile } from "node:child_process";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { promisify } from "node:util";
import { BIN, expect, folder, HOUSE, look, opened, PLAN } from "./harness.mjs";

/** A report's file: from `file://`, without any request, and readable without scripts. */
export async function reportFile() {
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
  await look(page, "file-desk-light");
  await page.context().close();
  const plain = await opened(url, { javaScriptEnabled: false });
  expect("its conclusion is there without scripts", (await plain.textContent("strong")).startsWith("Missed (one seed)"));
  await plain.context().close();
}
