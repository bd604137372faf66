import { readFileSync } from "node:fs";
import { colourOf } from "@tokenyard/report";
import { loadScenario } from "@tokenyard/scenario";
import { prepare, start } from "@tokenyard/simulator";
import { expect, test } from "vitest";
import { shades } from "../study/shade.ts";
import { contrast, difference, SIGHTS, seenAs } from "./fixtures/seen-colour.ts";

const PLAN = readFileSync(new URL("../../../../scenarios/two-ranks/scenario.yaml", import.meta.url), "utf8");
const OPS = start(prepare(loadScenario(PLAN, { path: "scenario.yaml", read: () => "" }).scenario))
  .recording()
  .opKinds.map(({ name }) => name);
/** Of a rank that does nothing; they are pale. */
const NO_WORK = ["waiting", "idle", "lost", "down"];
const REQUESTS = ["queued", "prefill", "decode", "preempted", "moved"];
const GROUNDS = ["#ffffff", "#12171d"];

test.each([
  [[50, 2.6772, -79.7751], [50, 0, -82.7485], 2.0425],
  [[50, 2.5, 0], [73, 25, -18], 27.1492],
  [[2.0776, 0.0795, -1.135], [0.9033, -0.0636, -0.5514], 0.9082],
  [[50, -1.3802, -84.2814], [50, 0, -82.7485], 1],
  [[22.7233, 20.0904, -46.694], [23.0331, 14.973, -42.5619], 2.0373],
] as const)("the difference of %j and %j is that of the paper", (a, b, wanted) => {
  expect(difference(a, b)).toBeCloseTo(wanted, 4);
});

test.each([
  ["ops and their absence", [...new Set([...OPS, "queue", ...NO_WORK].map(colourOf))], 18],
  ["states of requests", REQUESTS.map(colourOf), 5],
  ["eight values of a study", shades(8), 8],
] as const)("%s have colours that are apart for every sight", (_, colours, count) => {
  expect(colours).toHaveLength(count);
  for (const sight of Object.keys(SIGHTS)) {
    for (const [at, a] of colours.entries()) {
      for (const b of colours.slice(0, at)) {
        expect(difference(seenAs(sight, a), seenAs(sight, b)), `${a} and ${b}, ${sight}`).toBeGreaterThanOrEqual(10);
      }
    }
  }
});

test("work stands out from both grounds at 3 to 1 at least", () => {
  for (const colour of [...OPS, "queue", ...REQUESTS].map(colourOf).concat(shades(8)))
    for (const ground of GROUNDS) expect(contrast(colour, ground), `${colour} on ${ground}`).toBeGreaterThanOrEqual(3);
});
