import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import ts from "typescript";
import { expect, test } from "vitest";

const HOUSE = fileURLToPath(new URL("..", import.meta.url));

const faces = [...readdirSync(join(HOUSE, "packages")).map((name) => `packages/${name}`), "simulator"]
  .map((room) => `${room}/src/index.ts`)
  .filter((path) => existsSync(join(HOUSE, path)));

/** Statements of a file that are more than `export … from "…"`. */
function moreThanReExports(text: string): string[] {
  const file = ts.createSourceFile("index.ts", text, ts.ScriptTarget.ES2023);
  return file.statements
    .filter((statement) => !(ts.isExportDeclaration(statement) && statement.moduleSpecifier !== undefined))
    .map((statement) => statement.getText(file));
}

test("a definition in an index.ts is seen", () => {
  const text = 'export { a } from "./a.ts";\nexport type * from "./b.ts";\nexport const c = 1;\nimport "./d.ts";';
  expect(moreThanReExports(text)).toEqual(["export const c = 1;", 'import "./d.ts";']);
});

test.each(faces)("%s only re-exports", (path) => {
  expect(moreThanReExports(readFileSync(join(HOUSE, path), "utf8"))).toEqual([]);
});
