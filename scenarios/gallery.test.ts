import { createHash } from "node:crypto";
import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { loadScenarioFile, parseScenario, type Report, renderText, type Scenario, simulate } from "tokenyard";
import { expect, test } from "vitest";

const GALLERY = fileURLToPath(new URL(".", import.meta.url));

const folders = readdirSync(GALLERY, { withFileTypes: true })
  .filter((entry) => entry.isDirectory() && existsSync(join(GALLERY, entry.name, "scenario.yaml")))
  .map(({ name }) => name)
  .sort();

const reports = new Map<string, Report>();

/** The report of a folder, simulated once. */
function reportOf(folder: string): Report {
  const report = reports.get(folder) ?? simulated(folder);
  reports.set(folder, report);
  return report;
}

/** The report of the scenario of a folder, or of `scenario` that reads the same files. */
function simulated(folder: string, scenario?: Scenario): Report {
  const loaded = loadScenarioFile(join(GALLERY, folder, "scenario.yaml"));
  return simulate(scenario ?? loaded.scenario, { readPieces: loaded.readPieces });
}

// `pnpm gallery` writes the reports anew, and golden.json; a change to one is reviewed like code.
test.each(folders)("%s still gives the report that is kept beside it, and so does its resolved scenario, byte for byte", async (folder) => {
  const report = reportOf(folder);
  expect(report.scenario.name).toBe(folder);
  const again = simulated(folder, parseScenario(JSON.parse(JSON.stringify(report.scenario.resolved))));
  expect(JSON.stringify(again)).toBe(JSON.stringify(report));
  await expect(renderText(report)).toMatchFileSnapshot(join(GALLERY, folder, "report.txt"));
});

test("every report as JSON has the SHA-256 that golden.json keeps, as `tokenyard run --json … | sha256sum` would print it", async () => {
  const hashes = Object.fromEntries(folders.map((folder) => [folder, lineHash(reportOf(folder))]));
  await expect(`${JSON.stringify(hashes, null, 2)}\n`).toMatchFileSnapshot(join(GALLERY, "golden.json"));
});

function lineHash(report: Report): string {
  return createHash("sha256")
    .update(`${JSON.stringify(report)}\n`)
    .digest("hex");
}
