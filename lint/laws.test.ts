import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";

const HOUSE = fileURLToPath(new URL("..", import.meta.url));

const rooms = [...readdirSync(join(HOUSE, "packages")).map((name) => `packages/${name}`), "simulator"].map((room) => `${room}/src`);
/** Those of the bench, one by one: among what it depends on Node finds each room in each other, hundreds of thousands of files. */
const benches = readdirSync(join(HOUSE, "bench"), { withFileTypes: true })
  .filter((entry) => entry.isDirectory() && !["node_modules", "dist"].includes(entry.name))
  .map(({ name }) => `bench/${name}`);
const files = [...rooms, ...benches, "lint", "scenarios"].flatMap((folder) =>
  readdirSync(join(HOUSE, folder), { encoding: "utf8", recursive: true })
    .map((file) => `${folder}/${file.replaceAll("\\", "/")}`)
    .filter((file) => file.endsWith(".ts")),
);
const [laws] = readFileSync(join(HOUSE, "docs/laws.md"), "utf8").split("| not a law |");
const rows = laws!.split("\n").filter((line) => line.startsWith("| ") && !line.startsWith("| law "));

/** The last cell of a row: files by their paths, or by the ends of these, folders of them, and parts of the names of tests. */
function rowFacts(row: string): { readonly paths: readonly string[]; readonly names: readonly string[] } {
  const cell = row.split("|").at(-2)!;
  const paths = [...cell.matchAll(/`([^` ]+)`/g)].map(([, path]) => path!).filter((path) => !path.endsWith(".json"));
  const names = [...cell.matchAll(/\*([^*]+)\*/g)].flatMap(([, name]) => name!.split(/ \/ |…/));
  return { paths, names: names.map((name) => name.trim()).filter((name) => name !== "") };
}

function filesOf(path: string): string[] {
  return files.filter((file) => file === path || file.endsWith(`/${path}`) || file.startsWith(`${path}/`));
}

test.each(rows)("the tests exist that would fail: %s", (row) => {
  const { paths, names } = rowFacts(row);
  expect(paths.filter((path) => filesOf(path).length === 0)).toEqual([]);
  const texts = paths.flatMap(filesOf).map((file) => readFileSync(join(HOUSE, file), "utf8").toLowerCase());
  expect(names.filter((name) => !texts.some((text) => text.includes(name.toLowerCase())))).toEqual([]);
});
