import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { loadScenario } from "@tokenyard/scenario";
import { type Verification, verify, verifyProblems } from "@tokenyard/study";
import { expect, test } from "vitest";

const GALLERY = fileURLToPath(new URL("../../../../scenarios/", import.meta.url));
/** Multiply-adds of one device: a few tokens for each data group. */
const MOST = 1e7;

const folders = readdirSync(GALLERY).filter((name) => existsSync(join(GALLERY, name, "scenario.yaml")));

function verified(folder: string): Verification {
  const path = join(GALLERY, folder, "scenario.yaml");
  const { scenario } = loadScenario(readFileSync(path, "utf8"), { path, read: (name) => readFileSync(name, "utf8") });
  expect(verifyProblems(scenario)).toEqual([]);
  return verify(scenario, { most: MOST });
}

/** What is wrong with a verification; nothing where counts are prices, also of what ranks hold, and numbers one device's. */
function wrongOf({ verdict, findings, departure, works }: Verification) {
  return {
    verdict: verdict === "failed" ? verdict : "holds",
    findings,
    departure,
    counts: works.filter(({ wrong }) => wrong > 0).map(({ work, first }) => `${work}: ${first}`),
  };
}

const HOLDS = { verdict: "holds", findings: [], departure: null, counts: [] };

/** What is not executed of a scenario: its verdict holds in part. All others pass whole. */
const IN_PART: Readonly<Record<string, readonly string[]>> = {
  "alerts-on-the-plan": ["faults: all ranks are up"],
  "context-parallel": [
    "cached prompts: every token of a prompt is computed",
    "parallelism.context: every rank keeps whole contexts",
    "context-queries-0 in layers 0, 1, 2, 3, 4, 5, 6, 7 and 53 more",
    "context-past-0 in layers 0, 1, 2, 3, 4, 5, 6, 7 and 53 more",
    "context-results-0 in layers 0, 1, 2, 3, 4, 5, 6, 7 and 53 more",
  ],
  "dead-gpu": ["faults: all ranks are up"],
  "dead-rank": ["faults: all ranks are up"],
  "decode-72": ["cached prompts: every token of a prompt is computed"],
  "deployment-plan-balanced": ["rebalance: experts stay"],
  "deployment-plan-faults": ["faults: all ranks are up"],
  disaggregated: ["pools: the prefill pool alone is executed, without the transfer of caches"],
  "elastic-with-rebalance": ["rebalance: experts stay", "faults: all ranks are up"],
  "expert-offload": ["expertCache: all experts are on the GPU"],
  "flapping-link": ["faults: all ranks are up"],
  "hang-unseen": ["faults: all ranks are up"],
  "kimi-k3-on-72": [
    "experts.inputSize: experts read and write the model's width",
    "cached prompts: every token of a prompt is computed",
    "kda mixer in layers 0, 1, 2, 4, 5, 6, 8, 9 and 61 more",
  ],
  "kv-checkpoint": ["faults: all ranks are up"],
  "mtp-by-batch": ["speculation: nothing is drafted"],
  "pools-lose-decode": ["pools: the prefill pool alone is executed, without the transfer of caches", "faults: all ranks are up"],
  "prefix-cache": ["cached prompts: every token of a prompt is computed"],
  "rebalance-drift": ["rebalance: experts stay"],
  "reroute-around-a-loss": ["faults: all ranks are up"],
  "reroute-or-drop": ["overflow: no copy is rerouted"],
  "spare-experts": ["faults: all ranks are up"],
  straggler: ["faults: all ranks are up"],
  "trace-replay": ["cached prompts: every token of a prompt is computed"],
};

/** Ops with prices of means, which are not compared: copies of an expert with several slots are priced in equal shares, tokens that cross to a node once by the first rank of an expert. */
const ESTIMATES: Readonly<Record<string, readonly string[]>> = {
  "decode-72": ["combine", "dispatch", "experts"],
  "deployment-plan-balanced": ["combine", "dispatch", "experts", "reduce-experts"],
  "elastic-with-rebalance": ["combine", "dispatch", "experts"],
  "hot-expert": ["combine", "dispatch", "experts"],
  "kimi-k3-on-72": ["combine", "dispatch", "experts"],
  "rebalance-drift": ["combine", "dispatch", "experts"],
  "redundant-experts": ["combine", "dispatch", "experts"],
};

test("a plan of the gallery moves and multiplies what is priced, and computes what one device does", () => {
  expect(wrongOf(verified("two-ranks"))).toEqual(HOLDS);
});

test.each(folders)("%s does so, too; what is not executed of it, or an estimate, is kept", { tags: ["long"] }, (folder) => {
  const found = verified(folder);
  expect(wrongOf(found)).toEqual(HOLDS);
  expect(found.unverified).toEqual(IN_PART[folder] ?? []);
  expect(found.works.filter(({ notCompared }) => notCompared > 0).map(({ work }) => work)).toEqual(ESTIMATES[folder] ?? []);
});

test("no other scenario is kept", () => {
  expect(folders).toEqual(expect.arrayContaining([...Object.keys(IN_PART), ...Object.keys(ESTIMATES)]));
});
