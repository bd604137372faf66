import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, truncateSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fc, test as property } from "@fast-check/vitest";
import { LawNodes } from "@tokenyard/simulator";
import { afterEach, beforeEach, expect, test } from "vitest";
import { FileLawStore } from "./file-law-store.ts";
import { fileOfNodes, nodesOfFile } from "./law-file.ts";

let folder = "";
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "law-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const files = () => readdirSync(join(folder, "law")).sort();
const pathOf = (key: string) => join(folder, "law", `${key}.law`);

/** A run that needs exchanges of these tokens: it draws those that `store` does not have, and returns how many these are. */
function run(store: FileLawStore, key: string, ...tokens: number[]): number {
  const nodes = store.open(key);
  const before = nodes.count;
  for (const each of tokens) nodes.addExchange(each, 1, Float64Array.of(each, each / 3));
  store.keep(key, nodes);
  return nodes.count - before;
}

test("what one process has drawn another finds, and one that is open finds what others have added", () => {
  const one = new FileLawStore(folder);
  expect(run(one, "a", 1, 2)).toBe(2);
  const other = new FileLawStore(folder);
  expect(run(other, "a", 1, 2, 3)).toBe(1);
  expect(run(one, "a", 1, 2, 3)).toBe(0);
  expect(run(one, "b", 1)).toBe(1);
  expect(files()).toEqual(["a.law", "b.law"]);
});

test("two writers leave a whole file, with what both have drawn where they do not write at once", () => {
  const [one, other] = [new FileLawStore(folder), new FileLawStore(folder)];
  const [first, second] = [one.open("a"), other.open("a")];
  first.addExchange(1, 1, Float64Array.of(1));
  second.addExchange(2, 1, Float64Array.of(2));
  one.keep("a", first);
  other.keep("a", second);
  expect([...nodesOfFile(readFileSync(pathOf("a")))!.exchanges.keys()].sort()).toEqual([1, 2]);
  expect(files()).toEqual(["a.law"]);
});

test("a torn or foreign file is as none, and is written again", () => {
  for (const spoil of [
    () => truncateSync(pathOf("a"), 100),
    () => truncateSync(pathOf("a"), 0),
    () => writeFileSync(pathOf("a"), "a poem"),
    () => {
      const bytes = readFileSync(pathOf("a"));
      bytes[bytes.length - 1]! ^= 1;
      writeFileSync(pathOf("a"), bytes);
    },
    () => {
      rmSync(pathOf("a"));
      mkdirSync(pathOf("a"));
    },
  ]) {
    run(new FileLawStore(folder), "a", 1, 2);
    spoil();
    expect(run(new FileLawStore(folder), "a", 1, 2)).toBe(2);
    rmSync(pathOf("a"), { recursive: true, force: true });
  }
});

property.prop([fc.nat(), fc.integer({ min: 1, max: 255 })])("a file with any byte changed is none", (at, change) => {
  const nodes = new LawNodes();
  nodes.addExchange(8, 1, Float64Array.of(1, 2, 3));
  const bytes = fileOfNodes(nodes);
  bytes[at % bytes.length]! ^= change;
  expect(nodesOfFile(bytes)).toBeUndefined();
});

test("where nothing can be written or read, each process draws for itself", () => {
  const file = join(folder, "file");
  writeFileSync(file, "");
  const store = new FileLawStore(file);
  expect(run(store, "a", 1)).toBe(1);
  expect(run(store, "a", 1)).toBe(0);
  expect(run(new FileLawStore(file), "a", 1)).toBe(1);
});

test.runIf(existsSync("/proc/self"))("where the system makes no folders, it is as if there were none, at once", () => {
  expect(run(new FileLawStore("/proc/none"), "a", 1)).toBe(1);
});

test("files that were not used for longest leave room for others, and drafts of dead writers go", () => {
  const bytes = fileOfNodes(tableOf(100)).length;
  const [room, old] = [10 * bytes, new Date(0)];
  for (const key of ["a", "b", "c", "d", "e", "f", "g", "h", "i", "j"]) run(new FileLawStore(folder), key, ...hundred);
  utimesSync(pathOf("c"), old, old);
  utimesSync(pathOf("b"), old, new Date(1e6));
  run(new FileLawStore(folder), "c", ...hundred); // is used
  const draft = join(folder, "law", "x.law.1-0.draft");
  writeFileSync(draft, "");
  utimesSync(draft, old, old);
  const foreign = join(folder, "law", "thesis.txt");
  writeFileSync(foreign, "x".repeat(2 * room));
  utimesSync(foreign, old, old);
  run(new FileLawStore(folder, room), "k", ...hundred);
  expect(files()).toEqual([...["a", "c", "d", "e", "f", "g", "h", "i", "j", "k"].map((key) => `${key}.law`), "thesis.txt"]);
});

test("a table that has hardly grown is not written again, and one that is too large never", () => {
  run(new FileLawStore(folder), "a", ...hundred);
  const before = readFileSync(pathOf("a"));
  run(new FileLawStore(folder), "a", ...hundred, 1000);
  expect(readFileSync(pathOf("a")).equals(before)).toBe(true);
  run(new FileLawStore(folder, before.length), "b", ...hundred);
  expect(files()).toEqual(["a.law"]);
});

const hundred = Array.from({ length: 100 }, (_, i) => i + 1);

function tableOf(count: number): LawNodes {
  const nodes = new LawNodes();
  for (let i = 1; i <= count; i++) nodes.addExchange(i, 1, Float64Array.of(i, i / 3));
  return nodes;
}
