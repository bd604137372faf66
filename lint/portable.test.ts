import { execFileSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, expect, test } from "vitest";
import allowlist from "../.dependency-cruiser.cjs";

const HOUSE = fileURLToPath(new URL("..", import.meta.url));
const made: string[] = [];
afterEach(() => {
  for (const root of made.splice(0)) rmSync(root, { recursive: true });
});

/** Lines of `text` that the house's linter objects to when it stands in a file at `path`. */
function linesRefused(path: string, text: string): number[] {
  const root = mkdtempSync(join(tmpdir(), "lint-"));
  made.push(root);
  cpSync(join(HOUSE, "biome.json"), join(root, "biome.json"));
  cpSync(join(HOUSE, "lint/portable.grit"), join(root, "lint/portable.grit"));
  mkdirSync(dirname(join(root, path)), { recursive: true });
  writeFileSync(join(root, path), text);
  const biome = join(HOUSE, "node_modules/@biomejs/biome/bin/biome");
  const run = [biome, "lint", "--vcs-enabled=false", "--reporter=json", "--max-diagnostics=none", path];
  let json: string;
  try {
    json = execFileSync(process.execPath, run, { cwd: root, encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] });
  } catch (error) {
    json = (error as { stdout: string }).stdout;
  }
  const { diagnostics } = JSON.parse(json) as { diagnostics: { location: { start: { line: number } } }[] };
  return [...new Set(diagnostics.map(({ location }) => location.start.line))].sort((a, b) => a - b);
}

const REFUSED = [
  "export const a = Math.log(3);",
  "export const b = [1, 2].map(Math.sin);",
  "export const c = /* e³ */ Math.exp(3);",
  "export const d = Math.pow(2, 0.5);",
  "export const e = 2 ** 0.5;",
  "export function f(x: number) { let y = x; y **= 2; return y; }",
  "export const { cos } = Math;",
  'export const g = Math["tan"](1);',
  "export const h = Math.random();",
  "export const i = Date.now();",
  "export const j = new Date();",
  "export const k = performance.now();",
  "export const l = setTimeout(() => {}, 1);",
  "export const m = setInterval(() => {}, 1);",
  "export const n = setImmediate(() => {});",
  'export const o = ["b", "a"].sort((x, y) => x.localeCompare(y));',
  "export const p = (1234.5).toLocaleString();",
  'export const q = new Intl.NumberFormat("de");',
];

const ALLOWED = [
  "export const a = Math.sqrt(Math.abs(Math.min(3, Math.PI)));",
  "export const b = Math.floor(3.5) * Math.ceil(2.5) + Math.round(1.5) - Math.max(1, 2);",
  "export const c = Math.imul(3, 4) + Math.clz32(8) + Math.fround(0.1) + Math.trunc(2.5) + Math.sign(-1);",
  "export function f(performance: { now: number }) { return performance.now * 2; }",
];

/** Rooms of the import allowlist that may not touch Node: all but the edges. */
const below = (allowlist as { forbidden: { name: string }[] }).forbidden
  .flatMap(({ name }) => /^(.+): node$/.exec(name)?.[1] ?? [])
  .filter((room) => room !== "packages/web"); // the browser's edge

test("the allowlist names rooms below the edges", () => {
  expect(below).toEqual(expect.arrayContaining(["simulator", "packages/engine", "packages/metrics", "packages/resilience"]));
});

test.each([
  ...below.map((room) => `${room}/src/planted.ts`),
  "packages/scenario/src/schema/planted.ts",
  "packages/model/src/gates/planted.ts",
])("below the edges every inexact function, clock, timer and locale is refused: %s", (path) => {
  expect(linesRefused(path, REFUSED.join("\n"))).toEqual(REFUSED.map((_, line) => line + 1));
});

test("exact functions, and names that only look like a clock, are allowed below the edges", () => {
  expect(linesRefused("packages/engine/src/planted.ts", ALLOWED.join("\n"))).toEqual([]);
});

test.each(["packages/cli/src/planted.ts", "bench/src/planted.ts", "packages/engine/src/planted.test.ts", "packages/web/src/planted.ts"])(
  "at the edges, in bench and in tests they may stand: %s",
  (path) => {
    expect(linesRefused(path, REFUSED.join("\n"))).toEqual([]);
  },
);
