import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";

const HALL = fileURLToPath(new URL("../simulator/src", import.meta.url));
const MOST_LINES = 250;
const MOST_FILES = 17; // some 15, and a few to spare

/** Source files by folder of the hall; tests apart. */
const folders = new Map<string, string[]>();
for (const entry of readdirSync(HALL, { recursive: true, withFileTypes: true })) {
  if (!entry.isFile() || !entry.name.endsWith(".ts") || /\.(test|contract)\.ts$/.test(entry.name)) continue;
  folders.set(entry.parentPath, [...(folders.get(entry.parentPath) ?? []), entry.name]);
}

test("no file of the hall is so long that it knows everything", () => {
  const files = [...folders].flatMap(([folder, names]) => names.map((name) => join(folder, name)));
  expect(files.length).toBeGreaterThan(100);
  expect(files.filter((file) => readFileSync(file, "utf8").split("\n").length - 1 > MOST_LINES)).toEqual([]);
});

test("no folder of the hall has so many files that nobody looks through them", () => {
  expect([...folders].filter(([, names]) => names.length > MOST_FILES).map(([folder]) => folder)).toEqual([]);
});
