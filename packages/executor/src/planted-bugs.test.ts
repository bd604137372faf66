import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";

const ROOM = fileURLToPath(new URL("..", import.meta.url));

interface PlantedBug {
  readonly part: "loop" | "form" | "ledger" | "walk";
  readonly file: string;
  readonly what: string;
  readonly from: string;
  readonly to: string;
  readonly caughtBy: string;
}

const bugs: readonly PlantedBug[] = JSON.parse(readFileSync(`${ROOM}planted-bugs.json`, "utf8"));

// `node bench/plant-bugs.mjs` plants them; a file has one while that runs.
test.skipIf(process.env["PLANTED"] !== undefined)(
  "bugs that were planted fit the code still, four or more of each part, and were caught by tests that are here",
  () => {
    for (const part of ["loop", "form", "ledger", "walk"]) expect(bugs.filter((bug) => bug.part === part).length).toBeGreaterThanOrEqual(4);
    const tests = readdirSync(`${ROOM}src`).filter((name) => name.endsWith(".test.ts"));
    const text = tests.map((name) => readFileSync(`${ROOM}src/${name}`, "utf8")).join("\n");
    for (const { file, what, from, to, caughtBy } of bugs) {
      const parts = readFileSync(`${ROOM}src/${file}`, "utf8").split(from);
      expect([what, parts.length]).toEqual([what, 2]); // it stands there once
      expect(from).not.toBe(to);
      expect([what, caughtBy !== "" && text.includes(JSON.stringify(caughtBy))]).toEqual([what, true]);
    }
  },
);
