import { spawnSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, test } from "vitest";
import allowlist from "../.dependency-cruiser.cjs";

const HOUSE = fileURLToPath(new URL("..", import.meta.url));
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
const rooms = (allowlist as { forbidden: { name: string }[] }).forbidden
  .flatMap(({ name }) => /^(.+): node$/.exec(name)?.[1] ?? [])
  .filter((room) => room !== "packages/web"); // the browser's edge

const below = [
  ...rooms.map((room) => `${room}/src/planted.ts`),
  "packages/scenario/src/schema/planted.ts",
  "packages/model/src/gates/planted.ts",
];
const exact = "packages/engine/src/exact.ts";
const edges = ["packages/cli/src/planted.ts", "bench/src/planted.ts", "packages/engine/src/planted.test.ts", "packages/web/src/planted.ts"];

/** One small house with all of these files, as the linter takes half a second to begin. */
const root = mkdtempSync(join(tmpdir(), "lint-"));
let refused: readonly { readonly path: string; readonly line: number }[] = [];

beforeAll(() => {
  cpSync(join(HOUSE, "biome.json"), join(root, "biome.json"));
  mkdirSync(join(root, "lint"));
  cpSync(join(HOUSE, "lint/portable.grit"), join(root, "lint/portable.grit"));
  const write = (path: string, text: string) => {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  };
  for (const path of [...below, ...edges]) write(path, REFUSED.join("\n"));
  write(exact, ALLOWED.join("\n"));
  const biome = join(HOUSE, "node_modules/@biomejs/biome/bin/biome");
  const run = spawnSync(process.execPath, [biome, "lint", "--vcs-enabled=false", "--reporter=json", "--max-diagnostics=none", "."], {
    cwd: root,
    encoding: "utf8",
    maxBuffer: 1e8,
  });
  const { diagnostics } = JSON.parse(run.stdout) as { diagnostics: { location: { path: string; start: { line: number } } }[] };
  refused = diagnostics.map(({ location }) => ({ path: location.path, line: location.start.line }));
});

afterAll(() => rmSync(root, { recursive: true }));

/** Lines that the house's linter objects to in the file at `path`. */
function linesRefused(path: string): number[] {
  const lines = refused.filter((one) => one.path === path).map(({ line }) => line);
  return [...new Set(lines)].sort((a, b) => a - b);
}

test("the allowlist names rooms below the edges", () => {
  expect(rooms).toEqual(expect.arrayContaining(["simulator", "packages/engine", "packages/metrics", "packages/resilience"]));
});

test.each(below)("below the edges every inexact function, clock, timer and locale is refused: %s", (path) => {
  expect(linesRefused(path)).toEqual(REFUSED.map((_, line) => line + 1));
});

test("exact functions, and names that only look like a clock, are allowed below the edges", () => {
  expect(linesRefused(exact)).toEqual([]);
});

test.each(edges)("at the edges, in bench and in tests they may stand: %s", (path) => {
  expect(linesRefused(path)).toEqual([]);
});
