import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, relative } from "node:path";
import { afterEach, expect, test } from "vitest";
import { checkArchitecture } from "./architecture.js";

const made: string[] = [];
afterEach(() => {
  for (const root of made.splice(0)) rmSync(root, { recursive: true });
});

const ROOMS = {
  engine: "packages/engine",
  scenario: "packages/scenario",
  model: "packages/model",
  cluster: "packages/cluster",
  simulator: "simulator",
  bench: "bench",
} as const;

/** The broken rules of a small house: some rooms with an index.ts each, joined as a workspace, and `planted` files on top. */
async function broken(planted: Record<string, string>): Promise<string[]> {
  const root = mkdtempSync(join(tmpdir(), "house-"));
  made.push(root);
  const write = (path: string, text: string) => {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  };
  for (const [name, folder] of Object.entries(ROOMS)) {
    write(`${folder}/package.json`, JSON.stringify({ name: `@tokenyard/${name}`, exports: { ".": { source: "./src/index.ts" } } }));
    write(`${folder}/src/index.ts`, "export const here = 1;");
    write(`${folder}/src/inner.ts`, "export const inner = 1;");
    const link = join(root, "node_modules/@tokenyard", name);
    mkdirSync(dirname(link), { recursive: true });
    symlinkSync(relative(dirname(link), join(root, folder)), link);
  }
  for (const [name, text] of [
    ["tinyqueue", "export default 1;"],
    ["left-pad", "export default 1;"],
  ] as const) {
    write(`node_modules/${name}/package.json`, JSON.stringify({ name, version: "1.0.0", type: "module", exports: "./index.js" }));
    write(`node_modules/${name}/index.js`, text);
  }
  for (const [path, text] of Object.entries(planted)) write(path, text);
  return (await checkArchitecture(root)).broken;
}

const PLANTED = "packages/model/src/planted.ts";

test("a house whose rooms import what the table allows breaks no rule", async () => {
  expect(
    await broken({
      [PLANTED]: 'import { here } from "@tokenyard/scenario"; import { inner } from "./inner.ts"; export const a = here + inner;',
      "packages/engine/src/planted.ts": 'import queue from "tinyqueue"; export const a = queue;',
      "simulator/src/planted.ts": 'import { here } from "@tokenyard/engine"; export const a = here;',
      "bench/src/planted.ts": 'import { here } from "@tokenyard/simulator"; import "node:fs"; export const a = here;',
    }),
  ).toEqual([]);
});

test("a room that is not in the table's row may not be imported, not even its types", async () => {
  const rule = `packages/model: rooms: ${PLANTED} → packages/engine/src/index.ts`;
  expect(await broken({ [PLANTED]: 'export { here } from "@tokenyard/engine";' })).toEqual([rule]);
  expect(await broken({ [PLANTED]: 'import type { here } from "@tokenyard/engine"; export type A = typeof here;' })).toEqual([rule]);
});

test("what lies below may not look up: no room imports the hall, nothing imports bench", async () => {
  expect(await broken({ [PLANTED]: 'export { here } from "@tokenyard/simulator";' })).toEqual([
    `packages/model: rooms: ${PLANTED} → simulator/src/index.ts`,
  ]);
  expect(await broken({ "simulator/src/planted.ts": 'export { here } from "@tokenyard/bench";' })).toContain(
    "bench is a leaf: simulator/src/planted.ts → bench/src/index.ts",
  );
});

test("another room is imported by its name and through its index only", async () => {
  expect(await broken({ [PLANTED]: 'export { inner } from "../../scenario/src/inner.ts";' })).toEqual([
    `by name across rooms: ${PLANTED} → packages/scenario/src/inner.ts`,
    `packages/model: rooms: ${PLANTED} → packages/scenario/src/inner.ts`,
  ]);
  expect(await broken({ [PLANTED]: 'export { here } from "../../scenario/src/index.ts";' })).toEqual([
    `by name across rooms: ${PLANTED} → packages/scenario/src/index.ts`,
  ]);
});

test("Node's modules are for the edges, and for tests", async () => {
  const text = 'import "node:fs"; export const a = 1;';
  expect(await broken({ [PLANTED]: text })).toEqual([`packages/model: node: ${PLANTED} → fs`]);
  expect(await broken({ "packages/model/src/planted.test.ts": text, "packages/cli/src/planted.ts": text })).toEqual([]);
});

test("a package from the registry needs a place in the table, except in a test", async () => {
  const text = 'import pad from "left-pad"; export const a = pad;';
  expect(await broken({ [PLANTED]: text })).toEqual([`packages/model: packages: ${PLANTED} → node_modules/left-pad/index.js`]);
  expect(await broken({ "packages/model/src/planted.test.ts": text })).toEqual([]);
});

test("files that need each other are a cycle, and are caught, types and all", async () => {
  expect(
    await broken({
      "packages/model/src/one.ts": 'import type { Two } from "./two.ts"; export type One = Two;',
      "packages/model/src/two.ts": 'import type { One } from "./one.ts"; export type Two = One;',
    }),
  ).toEqual(["no cycles: packages/model/src/one.ts → packages/model/src/two.ts"]);
});

test("a room that is not in the table is caught, and so is an import that leads nowhere", async () => {
  expect(await broken({ "packages/annex/src/planted.ts": 'import "./other.ts";', "packages/annex/src/other.ts": "export {};" })).toEqual([
    "every room is listed: packages/annex/src/planted.ts → packages/annex/src/other.ts",
  ]);
  expect(await broken({ [PLANTED]: 'import "@tokenyard/nowhere";' })).toEqual([`resolvable: ${PLANTED} → @tokenyard/nowhere`]);
});

test("the product imports no test", async () => {
  expect(await broken({ [PLANTED]: 'import "./law.contract.ts";', "packages/model/src/law.contract.ts": "export {};" })).toEqual([
    `no test in the product: ${PLANTED} → packages/model/src/law.contract.ts`,
  ]);
});

test("inside of a large room a folder imports from those below it only, and every folder has its place", async () => {
  const study = "packages/study/src";
  expect(
    await broken({
      [`${study}/points/point.ts`]: "export const a = 1;",
      [`${study}/points/planted.ts`]: 'export { b } from "../audit/audit.ts";',
      [`${study}/audit/audit.ts`]: 'export const b = 1; export { c } from "./claims/claim.ts"; export { a } from "../points/point.ts";',
      [`${study}/audit/claims/claim.ts`]: "export const c = 1;",
      [`${study}/audit/claims/planted.ts`]: 'export { b } from "../audit.ts";',
      [`${study}/fresh/planted.ts`]: 'export { a } from "../points/point.ts";',
    }),
  ).toEqual([
    `${study}/audit: claims: ${study}/audit/claims/planted.ts → ${study}/audit/audit.ts`,
    `${study}: folders: ${study}/fresh/planted.ts → ${study}/points/point.ts`,
    `${study}: points: ${study}/points/planted.ts → ${study}/audit/audit.ts`,
  ]);
});

test("in the hall an import from each folder to each one above it is caught", async () => {
  // imports that were there before the hall had walls, by today's places
  const upward = [
    ["inputs", "setup"],
    ["counts", "logs/routing"],
    ["counts", "pools"],
    ["micro-batches", "stages"],
    ["experts", "logs/routing"],
    ["logs", "pools"],
    ["logs", "options"],
    ["logs", "retries"],
    ["options", "live"],
    ["law", "passes"],
    ["passes", "pools"],
    ["pipelines", "pools"],
    ["checkpoints", "faults"],
    ["setup", "metrics"],
  ] as const;
  const planted = upward.map(([from, to], i) => [`simulator/src/${from}/planted-${i}.ts`, `export { here } from "../${to}/here.ts";`]);
  const targets = upward.map(([, to]) => [`simulator/src/${to}/here.ts`, "export const here = 1;"]);
  expect(await broken(Object.fromEntries([...planted, ...targets]))).toEqual(
    upward.map(([from, to], i) => `simulator/src: ${from}: simulator/src/${from}/planted-${i}.ts → simulator/src/${to}/here.ts`).sort(),
  );
});
