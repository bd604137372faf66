import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { format } from "node:util";
import { expect, test } from "vitest";
import allowlist from "../.dependency-cruiser.cjs";

const HOUSE = fileURLToPath(new URL("..", import.meta.url));
const rooms = [...readdirSync(join(HOUSE, "packages")).map((name) => `packages/${name}`), "simulator"];
const others = ["bench", "docs", "lint", "scenarios"];

/** Path of the README of `room`; that of the command line is beside its code, as packing puts another into its folder. */
const readmeOf = (room: string) => join(HOUSE, room === "packages/cli" ? `${room}/src` : room, "README.md");
const examplesIn = (text: string) => [...text.matchAll(/^```js\n([\s\S]*?)^```/gm)].map(([, code = ""]) => code);
/** Outputs that an example shows, each behind an arrow. */
const shownIn = (code: string) => [...code.matchAll(/\/\/ → (.*)$/gm)].map(([, output = ""]) => output);

test("every room and every other folder has a README, of which each line that names a file names one that exists", () => {
  const missing = [...rooms, ...others].filter((room) => !existsSync(readmeOf(room)));
  expect(missing).toEqual([]);
  const broken = rooms.flatMap((room) => {
    const folder = join(HOUSE, room);
    const cells = [...readFileSync(readmeOf(room), "utf8").matchAll(/^\| (`[^|]*) \|/gm)].flatMap(
      ([, cell = ""]) => cell.match(/`[^`]+`/g) ?? [],
    );
    const paths = cells.map((cell) => cell.slice(1, -1)).filter((path) => /\/$|\.(?:tsx?|mjs)$/.test(path) && !path.includes("*"));
    return paths
      .filter((path) => ![folder, join(folder, "src")].some((base) => existsSync(join(base, path))))
      .map((path) => `${room}: ${path}`);
  });
  expect(broken).toEqual([]);
});

test("a room's README names the rooms that it may import, and no others", () => {
  const rules = (allowlist as { forbidden: { name: string; comment: string }[] }).forbidden;
  const wrong = rooms.flatMap((room) => {
    const { comment = "" } = rules.find(({ name }) => name === `${room}: rooms`) ?? {};
    const allowed = [...comment.matchAll(/(?:packages\/(\w+)|(?<= )(simulator))(?=,)/g)].map(([, name, simulator]) => name ?? simulator!);
    const [, list] = /[Ii]t may\s+import ((?:`\w+`(?:,\s+|\s+and\s+)?)+)/.exec(readFileSync(readmeOf(room), "utf8")) ?? [];
    const named = [...(list ?? "").matchAll(/`(\w+)`/g)].map(([, name = ""]) => name);
    return format(named.sort()) === format(allowed.sort()) ? [] : [`${room}: ${named.join(", ")}; the allowlist has ${allowed.join(", ")}`];
  });
  expect(wrong).toEqual([]);
});

test("the examples of READMEs print what they show", () => {
  const files = rooms.flatMap((room) =>
    examplesIn(readFileSync(readmeOf(room), "utf8"))
      .filter((code) => code.includes("// → "))
      .map((code, at) => {
        const folder = join(HOUSE, room, "out"); // inside of the room, so that Node finds what it depends on
        mkdirSync(folder, { recursive: true });
        const file = join(folder, `readme-${at}.mjs`);
        writeFileSync(file, code);
        return { room, file, shown: shownIn(code) };
      }),
  );
  expect(files.length).toBeGreaterThan(15);
  // one process for all: a process each would take most of the time
  const main = `import { format } from "node:util";
    const printed = [];
    for (const url of ${JSON.stringify(files.map(({ file }) => pathToFileURL(file).href))}) {
      const lines = [];
      console.log = (...values) => lines.push(format(...values));
      try { await import(url); } catch (error) { lines.push(String(error)); }
      printed.push(lines);
    }
    process.stdout.write(JSON.stringify(printed));`;
  const { stdout, stderr } = spawnSync(process.execPath, ["--input-type=module", "-e", main], { encoding: "utf8" });
  const printed = JSON.parse(stdout || "[]") as string[][];
  expect(stderr).toBe("");
  expect(files.map(({ room }, at) => format(room, printed[at]))).toEqual(files.map(({ room, shown }) => format(room, shown)));
});
