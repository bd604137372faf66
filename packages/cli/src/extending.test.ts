import { readFileSync } from "node:fs";
import type { Report } from "@tokenyard/report";
import { expect, test } from "vitest";
import * as tokenyard from "./index.ts";

const page = readFileSync(new URL("../../../docs/extending.md", import.meta.url), "utf8");
const [, names, code] = /```js\nimport \{([^}]*)\} from "tokenyard";\n([\s\S]*?)```/.exec(page)!;

/** The report of the page's script, with `seconds` for each of its kernels, on a scenario of the gallery. */
function scripted(scenario: string, seconds: number): Report {
  const lookUp = () => seconds;
  const load = (_: string) => tokenyard.loadScenarioFile(new URL(`../../../scenarios/${scenario}/scenario.yaml`, import.meta.url).pathname);
  const script = new Function("tokenyard", "lookUp", `const {${names}} = tokenyard; ${code}; return report;`);
  return script({ ...tokenyard, loadScenarioFile: load }, lookUp);
}

test.each(["two-ranks", "poisson-load", "disaggregated"])(
  "the script of docs/extending.md runs with its own kernel model: %s",
  (scenario) => {
    const [quick, slow] = [scripted(scenario, 1e-6), scripted(scenario, 2e-6)];
    expect(quick.models[0]).toBe("measured");
    expect(quick.requests.finished).toBe(quick.requests.arrived - quick.requests.rejected);
    expect(slow.ttftSeconds!.mean).toBeGreaterThan(quick.ttftSeconds!.mean!);
  },
);

test("the network of docs/extending.md times all traffic of a run", () => {
  const [, own] = /```js\nimport \{ NetworkModel \} from "tokenyard";\n([\s\S]*?)```/.exec(page)!;
  const { scenario } = tokenyard.loadScenarioFile(new URL("../../../scenarios/two-ranks/scenario.yaml", import.meta.url).pathname);
  const network = new Function("NetworkModel", "scenario", `${own}; return network;`)(tokenyard.NetworkModel, scenario);
  const report = tokenyard.summarize(tokenyard.run(tokenyard.prepare(scenario, { network })), tokenyard.targetsOf(scenario));
  expect(report.models).toContain("network one switch, the caller's own");
  const plain = tokenyard.simulate(scenario);
  expect(report.ttftSeconds!.mean).not.toBe(plain.ttftSeconds!.mean);
});
