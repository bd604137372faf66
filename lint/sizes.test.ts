import { readdirSync, readFileSync } from "node:fs";
import { join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";

const HOUSE = fileURLToPath(new URL("..", import.meta.url));
const HALL = join(HOUSE, "simulator/src");
const MOST_LINES = 250;
const MOST_FILES = 17; // some 15, and a few to spare
/** The first line of a file that a program wrote: tables that are not read from top to bottom. */
const MADE = /^\/\/ Made (of|from) /;

/** Source files by folder of `place`; tests, and what is built or installed, apart. */
function foldersOf(place: string, folders = new Map<string, string[]>()): ReadonlyMap<string, readonly string[]> {
  for (const entry of readdirSync(place, { withFileTypes: true })) {
    const { name } = entry;
    if (entry.isDirectory() && name !== "node_modules" && name !== "dist") foldersOf(join(place, name), folders);
    if (entry.isFile() && name.endsWith(".ts") && !/\.(test|contract|d)\.ts$/.test(name))
      folders.set(place, [...(folders.get(place) ?? []), name]);
  }
  return folders;
}

test("no file is so long that it knows everything", () => {
  const files = ["packages", "simulator", "bench", "lint"].flatMap((room) =>
    [...foldersOf(join(HOUSE, room))].flatMap(([folder, names]) => names.map((name) => join(folder, name))),
  );
  expect(files.length).toBeGreaterThan(1000);
  const isLong = (text: string) => text.split("\n").length - 1 > MOST_LINES && !MADE.test(text);
  const long = files.filter((file) => isLong(readFileSync(file, "utf8")));
  expect(long.map((file) => relative(HOUSE, file).replaceAll("\\", "/"))).toEqual([]);
});

test("no folder of the hall has more files than a reader looks through", () => {
  const folders = foldersOf(HALL);
  expect(folders.size).toBeGreaterThan(10);
  expect([...folders].filter(([, names]) => names.length > MOST_FILES).map(([folder]) => folder)).toEqual([]);
});
