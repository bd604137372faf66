// Plants each bug of packages/executor/planted-bugs.json, one after the other, and runs the tests of that room: each has to turn one red within 20 s.
// `node bench/plant-bugs.mjs` all; with `walk` those of a part, or with `walk.ts` of a file; `--write` notes which test caught each.
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const HOUSE = fileURLToPath(new URL("..", import.meta.url));
const ROOM = join(HOUSE, "packages/executor");
const LIST = join(ROOM, "planted-bugs.json");
const MOST_SECONDS = 20;

const write = process.argv.includes("--write");
const wanted = process.argv.slice(2).filter((word) => !word.startsWith("--"));
const bugs = JSON.parse(readFileSync(LIST, "utf8"));
const out = mkdtempSync(join(tmpdir(), "planted-"));
let missed = 0;
let planted; // the file that has a bug now, and its text without it

function restore() {
  if (planted !== undefined) writeFileSync(planted.path, planted.text);
  planted = undefined;
}
process.on("exit", restore);
process.on("SIGINT", () => process.exit(130));
process.on("SIGTERM", () => process.exit(143));

/** Titles of tests of the room that fail. */
function failed() {
  const file = join(out, "vitest.json");
  rmSync(file, { force: true });
  const vitest = join(HOUSE, "node_modules/vitest/vitest.mjs");
  const words = ["run", "--project", "rooms", "packages/executor", "--bail", "1", "--reporter", "json", "--outputFile", file];
  spawnSync(process.execPath, [vitest, ...words], { cwd: HOUSE, stdio: "ignore", env: { ...process.env, PLANTED: "1" } });
  const { testResults } = JSON.parse(readFileSync(file, "utf8"));
  return testResults.flatMap(({ assertionResults }) =>
    assertionResults.filter(({ status }) => status === "failed").map(({ title }) => title),
  );
}

for (const bug of bugs) {
  if (wanted.length > 0 && !wanted.includes(bug.part) && !wanted.includes(bug.file)) continue;
  const path = join(ROOM, "src", bug.file);
  const text = readFileSync(path, "utf8");
  planted = { path, text };
  writeFileSync(
    path,
    text.replace(bug.from, () => bug.to),
  );
  const startMs = performance.now();
  const titles = failed();
  const seconds = (performance.now() - startMs) / 1000;
  restore();
  const isCaught = titles.length > 0 && seconds < MOST_SECONDS;
  if (!isCaught) missed++;
  if (titles.length > 0) bug.caughtBy = titles[0];
  process.stdout.write(
    `${isCaught ? "caught" : "MISSED"} ${seconds.toFixed(1)} s  ${bug.part}: ${bug.what}\n       ${titles.join("; ") || "no test"}\n`,
  );
}
rmSync(out, { recursive: true });
if (write) writeFileSync(LIST, `${JSON.stringify(bugs, null, 2)}\n`);
process.exitCode = missed > 0 ? 1 : 0;
