import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";

// The words that docs/style.md replaces by others: none in what users read, and none in code.

const ROOT = fileURLToPath(new URL("..", import.meta.url));
const WORDS = /\b(?:told|tells?|telling|somebody|nobody|whoever|anew)\b/gi;
/** A page about these words. */
const STYLE = join("docs", "style.md");

const LEFT_OUT: ReadonlySet<string> = new Set(["node_modules", "dist"]);

function filesIn(folder: string, ends: RegExp): readonly string[] {
  return readdirSync(join(ROOT, folder), { withFileTypes: true }).flatMap((entry) => {
    const name = join(folder, entry.name);
    if (entry.isDirectory()) return LEFT_OUT.has(entry.name) ? [] : filesIn(name, ends);
    return ends.test(name) ? [name] : [];
  });
}

const read = (name: string) => readFileSync(join(ROOT, name), "utf8");
const wordsOf = (text: string) => text.match(WORDS)?.length ?? 0;

test("the documentation has none of the words that docs/style.md replaces", () => {
  const pages = ["README.md", "CHANGELOG.md", ...filesIn("docs", /\.md$/), ...filesIn("scenarios", /\.md$/)].filter(
    (name) => name !== STYLE,
  );
  const found = pages.flatMap((name) =>
    read(name)
      .split("\n")
      .flatMap((line, at) => (wordsOf(line) > 0 ? [`${name}:${at + 1}: ${line.match(WORDS)!.join(", ")}`] : [])),
  );
  expect(found).toEqual([]);
});

test("kept outputs have none of them", () => {
  expect(filesIn("scenarios", /\.txt$/).filter((name) => wordsOf(read(name)) > 0)).toEqual([]);
});

test("help has none of them", () => {
  const help = filesIn("packages/cli/src/command-line", /(?<!\.test)\.ts$/).flatMap((name) =>
    [...read(name).matchAll(/(["'`])((?:(?!\1).)*)\1/g)].flatMap(([, , text = ""]) => (wordsOf(text) > 0 ? [`${name}: ${text}`] : [])),
  );
  expect(help).toEqual([]);
});

test("no room's code has any of them", () => {
  const rooms = ["simulator", "bench", "scenarios", ...readdirSync(join(ROOT, "packages")).map((name) => `packages/${name}`)];
  const found = rooms.flatMap((room) =>
    filesIn(room, /\.m?[jt]s$/).flatMap((name) =>
      read(name)
        .split("\n")
        .flatMap((line, at) => (wordsOf(line) > 0 ? [`${name}:${at + 1}: ${line.match(WORDS)!.join(", ")}`] : [])),
    ),
  );
  expect(found).toEqual([]);
});

test("no comment of a room opens with Of, Where, As, Those or Whose", () => {
  const opening = /^\s*(?:\/\*\*|\*)\s+(?:\[[^\]]*\]\s+)?(?:Of|Where|As|Those|Whose)\b/;
  const isFirst = (lines: readonly string[], at: number) => !/^\s*\*/.test(lines[at]!) || /\/\*\*\s*$/.test(lines[at - 1] ?? "");
  const rooms = ["simulator", "bench", ...readdirSync(join(ROOT, "packages")).map((name) => `packages/${name}`)];
  const found = rooms.flatMap((room) =>
    filesIn(room, /(?<!\.test|\.contract)\.tsx?$/).flatMap((name) => {
      const lines = read(name).split("\n");
      return lines.flatMap((line, at) => (opening.test(line) && isFirst(lines, at) ? [`${name}:${at + 1}: ${line.trim()}`] : []));
    }),
  );
  expect(found).toEqual([]);
});
