import { execFile } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { loadScenarioFile, resolvedOf, type Scenario } from "tokenyard";
import { expect, test } from "vitest";

const GALLERY = fileURLToPath(new URL(".", import.meta.url));
const PROGRAM = join(GALLERY, "../packages/cli/bin/tokenyard.js");
const SCENARIO = join(GALLERY, "deployment-plan-audit/scenario.yaml");

const KEPT = readFileSync(join(GALLERY, "deployment-plan-audit/audit.txt"), "utf8");

const { claims: CLAIMS } = resolvedOf(loadScenarioFile(SCENARIO).scenario) as { claims: readonly { readonly id: string }[] };

/** What an audit of the plan prints with `changed`. */
async function audited(changed: object, ...options: readonly string[]): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), "audit-"));
  try {
    const file = join(folder, "scenario.yaml");
    writeFileSync(file, JSON.stringify({ tokenyard: 1, extends: relative(folder, SCENARIO), ...changed }));
    const { stdout } = await promisify(execFile)(process.execPath, [PROGRAM, "audit", file, "--no-remedies", ...options]);
    return stdout;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** What a text says of each claim, by its id: `✗ 10 billion parameters`, and the lines under it. */
function linesOfEach(text: string): ReadonlyMap<string, string> {
  const parts = text.slice(text.indexOf("\nWhy\n"), text.indexOf("\nAssumed")).split("\n\n");
  return new Map(parts.flatMap((part) => (/^\S \S/.test(part) ? [[/^ {4}id (\S+)/m.exec(part)![1]!, part.trimEnd()]] : [])));
}

/** What a text says of each claim under each reading: `✗ plain: 15.1 tokens/ms (decided on 10.3 to 19.9 tokens/ms)`, by claim and reading. */
function linesByReading(text: string): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  for (const [claim, lines] of linesOfEach(text)) {
    for (const line of lines.replaceAll(/\n {6}/g, " ").split("\n")) {
      const [, reading] = line.match(/^ {4}[✗?✓] ([a-z-]+): /) ?? [];
      if (reading !== undefined) found.set(`${claim} read as ${reading}`, line.trim());
    }
  }
  return found;
}

// The whole audit takes minutes (`pnpm audit:full` writes it again): what it found under two of its readings takes seconds.
test("the audit that is kept has what an audit of the plan finds under two of its readings, claim by claim", {
  tags: "long",
}, async () => {
  const others = ["stages", "batch-a-replica", "batch-a-micro-batch", "continuous", "measured", "measured-a-micro-batch"];
  const readings = Object.fromEntries(others.map((name) => [name, null])); // null leaves it out
  const kept = linesByReading(KEPT);
  const long = ["overlap-helps", "interleaving-helps"]; // take 24 runs where they are not decided
  const claims = CLAIMS.filter(({ id }) => !long.includes(id));
  const found = linesByReading(await audited({ claims, deployment: { readings } }, "--no-ranges"));
  const decided = [...found].filter(([, line]) => !line.startsWith("?"));
  expect(decided.length).toBeGreaterThan(50);
  for (const [claim, line] of decided) if (!kept.get(claim)?.startsWith("?")) expect([claim, line]).toEqual([claim, kept.get(claim)]);
});

// And so does all that it found, inside the ranges too, of claims whose runs are short, or which take none.
test("the audit that is kept has what an audit of the plan finds of some of its claims", { tags: "long" }, async () => {
  const ids = ["parameters", "hierarchy", "validate-throughput"];
  const deployment = { gpu_groups: null, memory_config: null, performance_config: null };
  const found = linesOfEach(await audited({ claims: CLAIMS.filter(({ id }) => ids.includes(id)), deployment }));
  const kept = linesOfEach(KEPT);
  for (const id of ids) expect(found.get(id)).toBe(kept.get(id));
});

// No verdict of failure without what was searched, or that nothing was.
test("each claim that fails in the audit that is kept names the search that did not save it, or that no assumption enters it", () => {
  const failed = [...linesOfEach(KEPT).values()].filter((part) => part.startsWith("✗"));
  expect(failed.length).toBeGreaterThan(5);
  for (const part of failed)
    expect(part.replaceAll(/\s+/g, " ")).toMatch(
      /at none of the \d+ points searched inside the assumed ranges does it hold|with none of \d+ policies that were searched does it hold|no assumption (?:enters it|was moved for it)/,
    );
});

test("the table of what changed in the audit has every claim once, with the verdict that is kept", () => {
  const table = KEPT.slice(KEPT.indexOf("  verdict "), KEPT.indexOf("\nWhy\n")).split("\n").slice(1);
  const verdicts = table.flatMap((line) => [...line.matchAll(/^\S (\w+) /g)].map(([, verdict]) => verdict!));
  const kept = [...linesOfEach(KEPT).keys()].map((id, at) => [id, verdicts[at]!]); // reasons are in the order of the table
  expect(kept.length).toBe(verdicts.length);
  expect(kept.length).toBeGreaterThan(50);
  const page = readFileSync(join(GALLERY, "../docs/audit-review.md"), "utf8");
  const rows = page.split("\n").filter((line) => line.startsWith("| ") && !line.startsWith("| claim"));
  const found = rows.flatMap((row) => {
    const [, ids, , verdict] = row.split("|").map((cell) => cell.trim());
    return ids!.split(", ").map((id) => [id, verdict!]);
  });
  expect(found.filter(([, verdict]) => verdict !== "gone").sort()).toEqual(kept.sort());
  for (const [id, verdict] of found) if (verdict === "gone") expect(kept.map(([one]) => one)).not.toContain(id);
});

/** The plan that is audited with `values` by path: what its GPUs and networks have then, in SI units. */
function clusterWith(...values: readonly string[]): Scenario["cluster"] {
  return loadScenarioFile(SCENARIO, { set: values }).scenario.cluster;
}

test("the ranges of what is assumed hold what presets measured on like hardware, which the measured readings take within a twentieth", () => {
  const { gpu, network } = clusterWith(
    "cluster.gpu={ preset: h100-sxm }",
    "cluster.network={ preset: hgx-h100-ndr }",
    "cluster.gpusPerNode=8",
  );
  if (network.kind !== "two-tier") throw new Error("no two tiers");
  const measured: [string, (cluster: Scenario["cluster"]) => number, number][] = [
    ["cluster.gpu.launch", (cluster) => cluster.gpu.launch, gpu.launch],
    ...(["node", "fabric"] as const).flatMap((tier) =>
      (["bandwidth", "latency"] as const).map((key): [string, (cluster: Scenario["cluster"]) => number, number] => [
        `cluster.network.${tier}.${key}`,
        (cluster) => (cluster.network.kind === "two-tier" ? cluster.network[tier][key] : Number.NaN),
        network[tier][key],
      ]),
    ),
  ];
  const { assumed, deployment } = resolvedOf(loadScenarioFile(SCENARIO).scenario) as {
    assumed: readonly { readonly path?: string; readonly from?: string; readonly to?: string }[];
    deployment: { readings: Record<string, Record<string, string>> };
  };
  for (const [path, of, value] of measured) {
    const { from, to } = assumed.find((entry) => entry.path === path)!;
    expect(of(clusterWith(`${path}=${from}`))).toBeLessThanOrEqual(value);
    expect(of(clusterWith(`${path}=${to}`))).toBeGreaterThanOrEqual(value);
    for (const reading of ["measured", "measured-a-micro-batch"])
      expect(of(clusterWith(`${path}=${deployment.readings[reading]![path]}`)) / value).toBeCloseTo(1, 1);
  }
});
