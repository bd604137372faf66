// What a reader has, dropped or opened.
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { answered, expect, folder, HOUSE, idle, look, opened } from "./harness.mjs";

/** What a reader has: a launch line, a scenario with a trace that is read in pieces, and what none of it is. */
export async function givenFiles(address) {
  const page = await opened(address);
  await answered(page);
  await page.click(".brand");
  await page.setInputFiles("input.files", { name: "notes.csv", mimeType: "text/csv", buffer: Buffer.from("a,b\n") });
  await page.waitForSelector(".refused");
  expect("what is nothing to open is refused by name", (await page.textContent(".refused")).includes("notes.csv given; wanted a scenario"));
  await look(page, "refused");
  await page.fill(".launch textarea", "vllm serve openai/gpt-oss-120b -tp 2");
  await page.click(".launch button");
  await answered(page);
  expect("a launch line becomes a plan", (await page.textContent(".plan-words")).includes("tensor 2"));
  expect("and says what was assumed", (await page.textContent(".answers details.label")).includes("assumed: "));
  await idle(page);
  await look(page, "launch");
  const text = readFileSync(join(HOUSE, "scenarios/trace-replay/scenario.yaml"), "utf8").replace(
    "azure.csv, format: azure",
    "own.parquet, format: parquet",
  );
  writeFileSync(join(folder, "traced.yaml"), text);
  await page.setInputFiles("input.files", [join(folder, "traced.yaml"), join(HOUSE, "scenarios/trace-replay/own.parquet")]);
  await page.waitForFunction(() => document.querySelector("#plan-name")?.textContent === "trace-replay", undefined, { timeout: 60_000 });
  expect("a trace that is read in pieces belongs to its scenario", true);
  await page.context().close();
}
