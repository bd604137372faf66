import { readdirSync } from "node:fs";
import { loadScenarioFile } from "tokenyard";
import { expect, test } from "vitest";
import { DEPLOYMENTS } from "./deployments.ts";
import { deploymentsPage } from "./deployments-page.ts";

test("each deployment has a scenario that can be run, with an engine and its flags and no key of its server", () => {
  const files = readdirSync("bench/accuracy/deployments").filter((file) => file.endsWith(".yaml"));
  expect(files.sort()).toEqual(DEPLOYMENTS.map(({ name }) => `${name}.yaml`).sort());
  for (const { name, counts } of DEPLOYMENTS) {
    const { scenario } = loadScenarioFile(`bench/accuracy/deployments/${name}.yaml`);
    expect(scenario.engine?.flags, name).toBeDefined();
    expect(scenario.name).toBe(name);
    expect(scenario.workload.kind === "closed" || counts === "output", name).toBe(true);
  }
});

test("the page has a line for each, its first try beside what it comes to now, and counts those that are near", () => {
  const page = deploymentsPage(new Map(DEPLOYMENTS.map((each) => [each, each.published * 1.05])));
  for (const { name } of DEPLOYMENTS) expect(page).toContain(`| ${name} | `);
  expect(page).toContain("| 7417 |");
  expect(page).toContain("10 now; seven are wanted");
});
