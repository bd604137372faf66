import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { expect, test } from "vitest";

const GALLERY = fileURLToPath(new URL(".", import.meta.url));
const PROGRAM = join(GALLERY, "../packages/cli/bin/tokenyard.js");

/** Lines of the table of verdicts, less the verdicts and the marks of what follows from another. */
function numbers(text: string): string[] {
  const lines = text.split("\n");
  const start = lines.findIndex((line) => /^ {2}verdict /.test(line));
  return lines
    .slice(start + 1, lines.indexOf("Why") - 1)
    .map((line) => line.slice(15).replace("↳ ", "").replaceAll(/ +/g, " ").trim())
    .sort();
}

// The whole audit takes minutes, most of it for what verdicts depend on: what was found takes a tenth of that. How the kept one is
// written anew says the folder's README.
test("the audit that is kept tells what an audit of the plan finds, claim by claim", { timeout: 900_000 }, async () => {
  const folder = join(GALLERY, "deployment-plan-audit");
  const { stdout } = await promisify(execFile)(process.execPath, [
    PROGRAM,
    "audit",
    join(folder, "scenario.yaml"),
    "--no-ranges",
    "--no-remedies",
  ]);
  const kept = numbers(readFileSync(join(folder, "audit.txt"), "utf8"));
  expect(kept.length).toBeGreaterThan(50);
  expect(numbers(stdout)).toEqual(kept);
});
