import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, relative } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { checkArchitecture } from "./architecture.js";

const ROOMS = {
  engine: "packages/engine",
  scenario: "packages/scenario",
  model: "packages/model",
  cluster: "packages/cluster",
  simulator: "simulator",
  bench: "bench",
} as const;

const MODEL = "packages/model/src";
const STUDY = "packages/study/src";
const NODE = 'import "node:fs"; export const a = 1;';
const PAD = 'import pad from "left-pad"; export const a = pad;';

/** Files that break no rule. */
const ALLOWED = {
  [`${MODEL}/allowed.ts`]: 'import { here } from "@tokenyard/scenario"; import { inner } from "./inner.ts"; export const a = here + inner;',
  "packages/engine/src/allowed.ts": 'import queue from "tinyqueue"; export const a = queue;',
  "simulator/src/allowed.ts": 'import { here } from "@tokenyard/engine"; export const a = here;',
  "bench/src/allowed.ts": 'import { here } from "@tokenyard/simulator"; import "node:fs"; export const a = here;',
  [`${MODEL}/node.test.ts`]: NODE,
  "packages/cli/src/node.ts": NODE,
  [`${MODEL}/package.test.ts`]: PAD,
};

/** Files that break one rule or more, and what others need to be there for it. */
const REFUSED = {
  [`${MODEL}/row.ts`]: 'export { here } from "@tokenyard/engine";',
  [`${MODEL}/row-type.ts`]: 'import type { here } from "@tokenyard/engine"; export type A = typeof here;',
  [`${MODEL}/hall.ts`]: 'export { here } from "@tokenyard/simulator";',
  "simulator/src/leaf.ts": 'export { here } from "@tokenyard/bench";',
  [`${MODEL}/inner-path.ts`]: 'export { inner } from "../../scenario/src/inner.ts";',
  [`${MODEL}/face-path.ts`]: 'export { here } from "../../scenario/src/index.ts";',
  [`${MODEL}/node.ts`]: NODE,
  [`${MODEL}/package.ts`]: PAD,
  [`${MODEL}/one.ts`]: 'import type { Two } from "./two.ts"; export type One = Two;',
  [`${MODEL}/two.ts`]: 'import type { One } from "./one.ts"; export type Two = One;',
  "packages/annex/src/unlisted.ts": 'import "./other.ts";',
  "packages/annex/src/other.ts": "export {};",
  [`${MODEL}/nowhere.ts`]: 'import "@tokenyard/nowhere";',
  [`${MODEL}/uses-test.ts`]: 'import "./law.contract.ts";',
  [`${MODEL}/law.contract.ts`]: "export {};",
  [`${STUDY}/points/point.ts`]: "export const a = 1;",
  [`${STUDY}/points/upward.ts`]: 'export { b } from "../audit/audit.ts";',
  [`${STUDY}/audit/audit.ts`]: 'export const b = 1; export { c } from "./claims/claim.ts"; export { a } from "../points/point.ts";',
  [`${STUDY}/audit/claims/claim.ts`]: "export const c = 1;",
  [`${STUDY}/audit/claims/upward.ts`]: 'export { b } from "../audit.ts";',
  [`${STUDY}/fresh/placeless.ts`]: 'export { a } from "../points/point.ts";',
};

/** One small house with all of them: some rooms with an index.ts each, joined as a workspace. Looking through a house takes a second. */
const root = mkdtempSync(join(tmpdir(), "house-"));
let broken: readonly string[] = [];

beforeAll(async () => {
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
  for (const [path, text] of Object.entries({ ...ALLOWED, ...REFUSED })) write(path, text);
  ({ broken } = await checkArchitecture(root));
});

afterAll(() => rmSync(root, { recursive: true }));

/** The rules that the file at `path` breaks, each with where the import leads. */
function brokenBy(path: string): string[] {
  const from = `: ${path} → `;
  return broken.filter((line) => line.includes(from)).map((line) => line.replace(from, " → "));
}

test("files whose rooms import what the table allows break no rule", () => {
  const files = Object.keys(ALLOWED);
  expect(broken.filter((line) => files.some((path) => line.includes(path)))).toEqual([]);
});

test("no rule is broken but by the files that are tried below", () => {
  const files = Object.keys(REFUSED);
  expect(broken.filter((line) => !files.some((path) => line.includes(`: ${path} → `)))).toEqual([]);
});

test.each<[string, string, ...string[]]>([
  ["a room that is not in the table's row may not be imported", `${MODEL}/row.ts`, "packages/model: rooms → packages/engine/src/index.ts"],
  ["not even its types", `${MODEL}/row-type.ts`, "packages/model: rooms → packages/engine/src/index.ts"],
  ["no room imports the hall", `${MODEL}/hall.ts`, "packages/model: rooms → simulator/src/index.ts"],
  ["nothing imports bench", "simulator/src/leaf.ts", "bench is a leaf → bench/src/index.ts", "simulator: rooms → bench/src/index.ts"],
  [
    "another room is imported through its index only",
    `${MODEL}/inner-path.ts`,
    "by name across rooms → packages/scenario/src/inner.ts",
    "packages/model: rooms → packages/scenario/src/inner.ts",
  ],
  ["and by its name only", `${MODEL}/face-path.ts`, "by name across rooms → packages/scenario/src/index.ts"],
  ["Node's modules are for the edges, and for tests", `${MODEL}/node.ts`, "packages/model: node → fs"],
  [
    "a package from the registry needs a place in the table, except in a test",
    `${MODEL}/package.ts`,
    "packages/model: packages → node_modules/left-pad/index.js",
  ],
  ["files that need each other are a cycle, types and all", `${MODEL}/one.ts`, "no cycles → packages/model/src/two.ts"],
  ["a room that is not in the table is caught", "packages/annex/src/unlisted.ts", "every room is listed → packages/annex/src/other.ts"],
  ["so is an import that leads nowhere", `${MODEL}/nowhere.ts`, "resolvable → @tokenyard/nowhere"],
  ["the product imports no test", `${MODEL}/uses-test.ts`, "no test in the product → packages/model/src/law.contract.ts"],
  [
    "inside of a large room a folder imports from those below it only",
    `${STUDY}/points/upward.ts`,
    "packages/study/src: points → packages/study/src/audit/audit.ts",
  ],
  [
    "so does a folder inside of a folder",
    `${STUDY}/audit/claims/upward.ts`,
    "packages/study/src/audit: claims → packages/study/src/audit/audit.ts",
  ],
  ["every folder of it has its place", `${STUDY}/fresh/placeless.ts`, "packages/study/src: folders → packages/study/src/points/point.ts"],
])("%s", (_, path, ...rules) => {
  expect(brokenBy(path)).toEqual(rules);
});
