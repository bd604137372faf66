// Puts what a reader of the package wants beside its code, as packing takes files from this folder only; `--remove` takes it away.
import { cpSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const HERE = fileURLToPath(new URL(".", import.meta.url));
const HOUSE = join(HERE, "../..");
const PAPERS = ["README.md", "LICENSE", "CHANGELOG.md", "docs", "scenarios"];
/** What checks the gallery stays in the house. */
const isPaper = (path) => !/\.(ts|mjs)$|golden\.json$/.test(path);

for (const name of PAPERS) {
  rmSync(join(HERE, name), { recursive: true, force: true });
  if (!process.argv.includes("--remove")) cpSync(join(HOUSE, name), join(HERE, name), { recursive: true, filter: isPaper });
}
if (!process.argv.includes("--remove")) shorten("scenarios/scenario.schema.json");

/** Leaves out the white space of a JSON file, most of the schema's bytes, which editors read and no reader does. */
function shorten(path) {
  const file = join(HERE, path);
  writeFileSync(file, JSON.stringify(JSON.parse(readFileSync(file, "utf8"))));
}
