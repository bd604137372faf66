import { execFile } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { expect, test } from "vitest";

const GALLERY = fileURLToPath(new URL(".", import.meta.url));
const PROGRAM = join(GALLERY, "../packages/cli/bin/tokenyard.js");
const SCENARIO = join(GALLERY, "deployment-plan-audit/scenario.yaml");

/** What a text says of each claim under each reading: `✗ plain: 15.1 tokens/ms (decided on 10.3 to 19.9 tokens/ms)`, by claim and reading. */
function toldByReading(text: string): ReadonlyMap<string, string> {
  const told = new Map<string, string>();
  let claim = "";
  const joined = text.slice(text.indexOf("\nWhy\n")).replaceAll(/\n {6}/g, " ");
  for (const line of joined.split("\n")) {
    claim = line.match(/^[✗≠~?✓] (\S+)/)?.[1] ?? claim;
    const [, reading] = line.match(/^ {4}[✗?✓] ([a-z-]+): /) ?? [];
    if (reading !== undefined) told.set(`${claim} read as ${reading}`, line.trim());
  }
  return told;
}

// The whole audit takes minutes (`pnpm audit:full` writes it anew): what it found under its first two readings takes seconds.
test("the audit that is kept tells what an audit of the plan finds under its first readings, claim by claim", {
  timeout: 300_000,
}, async () => {
  const folder = mkdtempSync(join(tmpdir(), "audit-"));
  try {
    const file = join(folder, "scenario.yaml");
    const others = ["batch-a-replica", "batch-a-micro-batch", "continuous", "wide-attention", "measured", "measured-a-micro-batch"];
    const readings = Object.fromEntries(others.map((name) => [name, null])); // null leaves it out
    writeFileSync(file, JSON.stringify({ tokenyard: 1, extends: relative(folder, SCENARIO), deployment: { readings } }));
    const { stdout } = await promisify(execFile)(process.execPath, [PROGRAM, "audit", file, "--no-ranges", "--no-remedies"]);
    const kept = toldByReading(readFileSync(join(GALLERY, "deployment-plan-audit/audit.txt"), "utf8"));
    const decided = [...toldByReading(stdout)].filter(([, line]) => !line.startsWith("?"));
    expect(decided.length).toBeGreaterThan(50);
    for (const [claim, line] of decided) if (!kept.get(claim)?.startsWith("?")) expect([claim, line]).toEqual([claim, kept.get(claim)]);
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test("the table of what changed in the audit has every claim once, with the verdict that is kept", () => {
  const text = readFileSync(join(GALLERY, "deployment-plan-audit/audit.txt"), "utf8");
  const table = text.slice(text.indexOf("  verdict "), text.indexOf("\nWhy\n")).split("\n").slice(1);
  const kept = table.flatMap((line) => [...line.matchAll(/^\S (\w+) +(?:↳ )?(\S+)/g)].map(([, verdict, id]) => [id!, verdict!]));
  expect(kept.length).toBeGreaterThan(50);
  const page = readFileSync(join(GALLERY, "../docs/audit-review.md"), "utf8");
  const rows = page.split("\n").filter((line) => line.startsWith("| ") && !line.startsWith("| claim"));
  const told = rows.flatMap((row) => {
    const [, ids, , verdict] = row.split("|").map((cell) => cell.trim());
    return ids!.split(", ").map((id) => [id, verdict!]);
  });
  expect(told.filter(([, verdict]) => verdict !== "gone").sort()).toEqual(kept.sort());
  for (const [id, verdict] of told) if (verdict === "gone") expect(kept.map(([one]) => one)).not.toContain(id);
});
