// What is printed.
import { execFile } from "node:child_process";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { promisify } from "node:util";
import { answered, BIN, expect, folder, HOUSE, idle, opened, PLAN } from "./harness.mjs";

const run = promisify(execFile);

/** A run without its tables is on two A4 pages, on the page and from its file; an audit on four, of which the ranges that are not searched here take one. */
export async function prints(address) {
  const page = await opened(address);
  await answered(page);
  await idle(page);
  await page.click(".tabs >> text=Report");
  expect("a run is printed on two pages", (await pages(page, "run")) <= 2);
  await page.context().close();
  const [report, audit] = ["printed.html", "audit.html"].map((name) => join(folder, name));
  await run(process.execPath, [BIN, "run", PLAN, "--replications", "1", "--html", report], { cwd: HOUSE });
  await printed(report, "a report's file is printed on two pages", 2);
  await run(
    process.execPath,
    [
      BIN,
      "audit",
      "scenarios/deployment-plan-audit/scenario.yaml",
      "--no-ranges",
      "--no-remedies",
      "--max-replications",
      "1",
      "--html",
      audit,
    ],
    {
      cwd: HOUSE,
    },
  ).catch(() => {}); // claims fail: it ends with another code
  await printed(audit, "an audit without its table of ranges is printed on three pages", 3);
}

async function printed(file, what, most) {
  const page = await opened(pathToFileURL(file).href);
  await page.waitForSelector(".first");
  const printed = await pages(page, file.replace(/^.*\//, "").replace(".html", ""));
  expect(`${what}: ${printed}`, printed <= most);
  await page.context().close();
}

/** How many A4 pages are printed. */
async function pages(page, name) {
  const pdf = await page.pdf({ format: "A4", path: process.env["PRINTS"] && join(process.env["PRINTS"], `${name}.pdf`) });
  return [...pdf.toString("latin1").matchAll(/\/Type\s*\/Page\b/g)].length;
}
