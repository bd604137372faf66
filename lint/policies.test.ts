import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";

const HALL = fileURLToPath(new URL("../simulator/src", import.meta.url));
const BY_NAME = /kind [!=]== "(?:balanced|zipf|lognormal|dirichlet|drifting|correlated|recorded|grouped)"/;

test("the hall asks gates, and knows none by its name", () => {
  const files = readdirSync(HALL, { recursive: true, encoding: "utf8" }).filter((file) => /(?<!\.test|\.contract)\.ts$/.test(file));
  expect(files.length).toBeGreaterThan(100);
  expect(files.filter((file) => BY_NAME.test(readFileSync(join(HALL, file), "utf8")))).toEqual([]);
});
