import { readFileSync } from "node:fs";
import { loadScenario } from "@tokenyard/scenario";
import { expect, test } from "vitest";
import { prepare } from "./prepare.ts";
import { run } from "./simulate.ts";
test.each(["w1","w4","w5"])("%s", (w) => {
  const set = ["workload.requests=400", "workload.rate=60 requests/s"];
  const dir = new URL("../../bench/serving/", import.meta.url).pathname;
  const s = loadScenario(readFileSync(dir + w + ".yaml", "utf8"), { read: (p: string) => readFileSync(p, "utf8"), path: dir + w + ".yaml", set }).scenario;
  const a = run(prepare(s), { rows: true });
  const b = run(prepare(s), { rows: true, jump: false });
  const c = run(prepare(s), { rows: true, fold: false });
  for (const x of [b, c]) {
    expect(x.requests).toEqual(a.requests);
    expect(x.horizonNs).toBe(a.horizonNs);
    for (const k of ["busyNs", "waitingNs", "idleNs", "work", "bubble", "breakdown", "served"] as const) {
      if (JSON.stringify(x[k]) !== JSON.stringify(a[k])) console.log(w, x === b ? "jump" : "fold", k, JSON.stringify(a[k]).slice(0, 300), JSON.stringify(x[k]).slice(0, 300));
    }
  }
});
