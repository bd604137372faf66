// How soon the search of the site finds.
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { siteFiles } from "../site/site.mjs";
import { median, ms, row, within95 } from "./rows.mjs";

/** From a letter in the site's search to what it finds. */
export async function searches(page) {
  const folder = mkdtempSync(join(tmpdir(), "tokenyard-search-"));
  try {
    writeFileSync(join(folder, "search.html"), (await siteFiles()).get("search.html"));
    await page.goto(pathToFileURL(join(folder, "search.html")).href);
    const found = await page.evaluate(
      (words) => {
        const box = document.getElementById("words");
        return words.flatMap((word) =>
          Array.from(word, (_, at) => {
            box.value = word.slice(0, at + 1);
            const startMs = performance.now();
            box.dispatchEvent(new Event("input"));
            document.body.getBoundingClientRect(); // laid out
            return performance.now() - startMs;
          }),
        );
      },
      ["watchdog", "capacity factor", "parallelism.tensor", "how sure", "kv cache", "zzzz"],
    );
    row("search of the site, from letter to results", `${ms(median(found))}, 95 % within ${ms(within95(found))}`, "50 ms");
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
