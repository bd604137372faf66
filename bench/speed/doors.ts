// What doors for plug-ins cost, as ratios of processor time of the same run: `pnpm bench:doors`. Rounds go in turn, so that others on the machine hit all alike.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { loadScenario } from "@tokenyard/scenario";
import { prepare, run } from "@tokenyard/simulator";
import { Registry, resolvedOf } from "tokenyard";
import { GALLERY } from "../house.ts";

const ROUNDS = 25;

/** Words of a plug-in that wraps the scheduler `ours`, and of one that counts requests. */
function wordsOver(ours: object): Registry {
  const registry = new Registry();
  const register = (to: Registry) => {
    to.scheduler("wrapped", { standIn: () => ours as { kind: string }, create: (_settings, _context, builtIn) => builtIn() });
    to.metric("count", {
      create() {
        let count = 0;
        return { left: () => void count++, numbers: () => ({ count }) };
      },
    });
  };
  registry.add({ name: "wrapping", version: "1.0.0", register }, [], "0".repeat(64));
  return registry;
}

for (const name of ["poisson-load", "kv-pressure", "skewed-experts"]) {
  const path = join(GALLERY, name, "scenario.yaml");
  const read = (more: object) => loadScenario(readFileSync(path, "utf8"), { path, read: (at) => readFileSync(at, "utf8"), ...more });
  const tree = resolvedOf(read({}).scenario) as { readonly serving: { readonly scheduler: object } };
  const plugins = { words: wordsOver(tree.serving.scheduler) };
  const ways = Object.entries({
    plain: {},
    "with a registry, no word of which is used": { plugins },
    "with a scheduler that wraps ours": { plugins, set: ["serving.scheduler=wrapped"] },
    "with a metric that counts": { plugins, set: ["metric=count"] },
  }).map(([way, options]) => ({ way, ...read(options), ms: [] as number[] }));
  for (let round = 0; round <= ROUNDS; round++) {
    for (let turn = 0; turn < ways.length; turn++) {
      const { scenario, readPieces, ms } = ways[(round + turn) % ways.length]!;
      const from = process.cpuUsage();
      for (let time = 0; time < 4; time++) run(prepare(scenario, { readPieces }));
      const { user, system } = process.cpuUsage(from);
      if (round > 0) ms.push((user + system) / 4000); // the first warms the code
    }
  }
  console.log(name);
  const least = Math.min(...ways[0]!.ms);
  for (const { way, ms } of ways)
    console.log(`  ${way}: ${Math.min(...ms).toFixed(1)} ms, ${(Math.min(...ms) / least).toFixed(3)} of plain`);
}
