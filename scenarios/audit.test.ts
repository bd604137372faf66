import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { expect, test } from "vitest";

const GALLERY = fileURLToPath(new URL(".", import.meta.url));
const PROGRAM = join(GALLERY, "../packages/cli/bin/tokenyard.js");

/** Lines of the table of verdicts, less the verdicts. */
function numbers(text: string): string[] {
  const lines = text.split("\n");
  const start = lines.findIndex((line) => /^ {2}verdict /.test(line));
  return lines
    .slice(start + 1, lines.indexOf("Why") - 1)
    .map((line) => line.slice(15))
    .sort();
}

// The whole audit takes a minute, most of it for what verdicts depend on and what would help: what was found takes a few seconds.
// `tokenyard audit scenarios/deployment-plan-audit/scenario.yaml > scenarios/deployment-plan-audit/audit.txt` writes the kept one anew.
test("the audit that is kept tells what an audit of the plan finds, claim by claim", { timeout: 300_000 }, async () => {
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
