import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { moduleDigest } from "./module-graph.ts";

let home: string;
let folder: string;
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), "modules-"));
  folder = join(home, "own");
  mkdirSync(join(folder, "inner"), { recursive: true });
});
afterEach(() => rmSync(home, { recursive: true }));

const write = (path: string, text: string) => writeFileSync(join(folder, path), text);
const digest = () => moduleDigest(join(folder, "main.mjs"), folder);

test("the digest covers what a module imports by path, also through others and as it runs, and nothing else", async () => {
  write(
    "main.mjs",
    'import { a } from "./inner/a.mjs"; import fs from "node:fs"; export * from "./b.mjs"; await import("./c.mjs"); import.meta.url;',
  );
  write("inner/a.mjs", 'import "../d.mjs"; export const a = 1;');
  for (const name of ["b", "c", "d", "other"]) write(`${name}.mjs`, "export {};");
  const first = await digest();
  expect(first).toMatch(/^[0-9a-f]{64}$/);
  write("other.mjs", "changed();");
  expect(await digest()).toBe(first);
  for (const path of ["main.mjs", "inner/a.mjs", "b.mjs", "c.mjs", "d.mjs"]) {
    const before = await digest();
    write(path, `export {}; // ${path}`);
    if (path === "main.mjs") write(path, 'import "./inner/a.mjs"; import "./b.mjs"; import "./c.mjs"; ');
    if (path === "inner/a.mjs") write(path, 'import "../d.mjs"; // changed');
    expect(await digest(), path).not.toBe(before);
  }
});

test("the digest does not depend on where the folder lies, nor on modules that import each other", async () => {
  write("main.mjs", 'import "./b.mjs";');
  write("b.mjs", 'import "./main.mjs";');
  const here = await digest();
  const there = join(home, "another/place");
  mkdirSync(there, { recursive: true });
  writeFileSync(join(there, "main.mjs"), 'import "./b.mjs";');
  writeFileSync(join(there, "b.mjs"), 'import "./main.mjs";');
  expect(await moduleDigest(join(there, "main.mjs"), there)).toBe(here);
});

test.each<[string, string, string]>([
  [
    "a package",
    'import "left-pad";',
    "main.mjs imports left-pad; wanted paths that begin with ./ or ../, and modules of Node as node:path",
  ],
  ["a module of Node by its old name", 'import "fs";', "main.mjs imports fs; wanted node:fs"],
  ["a folder", 'import "./inner";', "inner is no file; wanted a module"],
  ["an address", 'import "https://example.org/a.mjs";', "main.mjs imports https://example.org/a.mjs"],
  ["an absolute path", 'import "/etc/passwd";', "main.mjs imports /etc/passwd"],
  ["data", 'import "data:text/javascript,1";', "main.mjs imports data:text/javascript,1"],
  ["what is worked out", 'await import("./" + name);', "main.mjs imports what it works out itself; wanted a path in quotes"],
  ["a file that is not there", 'import "./none.mjs";', "./none.mjs of main.mjs: no such file"],
  ["a file above its folder", 'import "../above.mjs";', "lies outside of"],
  ["a link that leads out", 'import "./link.mjs";', "lies outside of"],
  ["no module", "import { from ;", "main.mjs is no module: line 1: "],
  ["a mistake after lines without one", "const a = 1;\n\nf({ create: ( => 5 });\n", "main.mjs is no module: line 3: Unexpected token '=>'"],
])("%s is refused", async (_, text, message) => {
  writeFileSync(join(home, "above.mjs"), "");
  symlinkSync(join(home, "above.mjs"), join(folder, "link.mjs"));
  write("main.mjs", text);
  await expect(digest()).rejects.toThrow(message);
});
