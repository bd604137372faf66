// Runs every plan of a part of the space, and compares: the search must find the same by running few of them. A few minutes.
//   pnpm exec node scenarios/best-plan/exhaustive.mjs
import { deepStrictEqual } from "node:assert";
import { loadScenarioFile, optimum, workerRunner } from "tokenyard";

const { scenario } = loadScenarioFile(new URL("scenario.yaml", import.meta.url));
const asked = {
  objectives: [
    { text: "gpus", better: "less" },
    { text: "ttft", better: "less" },
  ],
  maxGpus: 64,
  vary: {
    "parallelism.layers": ["shared-ranks"],
    "parallelism.pipeline": "1,2,4",
    "parallelism.tensor": "1,2,4",
    "parallelism.data": "1..8*2",
    "serving.scheduler.microBatches": "1..4*2",
  },
  runner: workerRunner(),
};

const searched = answer("searched", await optimum(scenario, asked));
const exhausted = answer("exhausted", await optimum(scenario, { ...asked, prune: false }));
deepStrictEqual(searched, exhausted);
await asked.runner.close();
console.log("the same best plan, and the same front");

function answer(how, { best, front, examined, pruned }) {
  console.log(`${how}: ${examined} plans run, ${pruned} not; best`, best.objectives);
  return [best, ...front].map(({ parameters, objectives }) => ({ parameters, objectives }));
}
