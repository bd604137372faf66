// The bytes of the Worker.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, HOUSE, opened } from "./harness.mjs";
import { workerHashes } from "./worker-hashes.mjs";

/** The Worker gives the bytes that golden.json keeps. */
export async function workerReports(address) {
  const golden = JSON.parse(readFileSync(join(HOUSE, "scenarios/golden.json"), "utf8"));
  const page = await opened(address);
  const found = await page.evaluate(workerHashes, Object.keys(golden));
  for (const [name, hash] of Object.entries(golden)) expect(`the Worker's report of ${name}`, found[name], hash);
  await page.context().close();
}
