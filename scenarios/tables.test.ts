import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";

const GALLERY = fileURLToPath(new URL(".", import.meta.url));
const MOST_DIGITS = 3;
/** A time or bytes, as a report writes them. */
const QUANTITY = /\d[\d,.]* (?:ns|us|ms|s|kB|MB|GB|TB)(?![\w/])/g;

/** The quantities in columns of tables whose heading links to a kept report; not of those with more digits than a report has, which are sums by hand. */
function quantitiesIn(readme: string): { readonly report: string; readonly quantity: string }[] {
  const tables = readme.split(/\n(?!\|)/).map((text) => text.split("\n").filter((line) => line.startsWith("|")));
  return tables.flatMap(([heading = "", ...rows]) => {
    const reports = cellsOf(heading).map((cell) => /\]\(([^)]*report\.txt)\)/.exec(cell)?.[1]);
    const found = rows.flatMap((row) =>
      cellsOf(row).flatMap((cell, at) => {
        const report = reports[at];
        return report === undefined ? [] : [...cell.matchAll(QUANTITY)].map(([quantity]) => ({ report, quantity }));
      }),
    );
    return found.every(({ quantity }) => quantity.replace(/\D/g, "").length <= MOST_DIGITS) ? found : [];
  });
}

function cellsOf(line: string): string[] {
  return line.split("|").slice(1, -1);
}

const folders = readdirSync(GALLERY).filter((folder) => existsSync(join(GALLERY, folder, "README.md")));
const quantities = folders.flatMap((folder) =>
  quantitiesIn(readFileSync(join(GALLERY, folder, "README.md"), "utf8")).map((each) => ({ folder, ...each })),
);

describe("tables of READMEs over kept reports", () => {
  test.each(quantities)("$folder: $quantity stands in $report", ({ folder, report, quantity }) => {
    expect(readFileSync(join(GALLERY, folder, report), "utf8").replace(/ +/g, " ")).toContain(` ${quantity}`);
  });

  test("are there", () => {
    expect(quantities.length).toBeGreaterThan(20);
  });
});
