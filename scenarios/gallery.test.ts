import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { loadScenarioFile, parseScenario, renderText, simulate } from "tokenyard";
import { expect, test } from "vitest";

const GALLERY = fileURLToPath(new URL(".", import.meta.url));

const folders = readdirSync(GALLERY, { withFileTypes: true })
  .filter((entry) => entry.isDirectory() && existsSync(join(GALLERY, entry.name, "scenario.yaml")))
  .map(({ name }) => name)
  .sort();

// `pnpm gallery` writes the reports anew; a change to one is reviewed like code.
test.each(folders)("%s still gives the report that is kept beside it, and so does its resolved scenario, byte for byte", async (folder) => {
  const { scenario } = loadScenarioFile(join(GALLERY, folder, "scenario.yaml"));
  expect(scenario.name).toBe(folder);
  const report = simulate(scenario);
  const again = simulate(parseScenario(JSON.parse(JSON.stringify(report.scenario.resolved))));
  expect(JSON.stringify(again)).toBe(JSON.stringify(report));
  await expect(renderText(report)).toMatchFileSnapshot(join(GALLERY, folder, "report.txt"));
});
