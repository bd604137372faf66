// Checks the import allowlist (.dependency-cruiser.cjs) on the whole tree: `pnpm run architecture`.
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { cruise } from "dependency-cruiser";
import extractDepcruiseOptions from "dependency-cruiser/config-utl/extract-depcruise-options";

const HOUSE = fileURLToPath(new URL("..", import.meta.url));
const FOLDERS = ["packages", "simulator", "bench", "scenarios"];
const SKIPPED = new Set(["node_modules", "dist"]);

/** Source files under `folder`, that the check must have looked into. */
function sourcesIn(folder) {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    if (entry.isDirectory()) return SKIPPED.has(entry.name) ? [] : sourcesIn(join(folder, entry.name));
    return /\.tsx?$/.test(entry.name) ? [join(folder, entry.name)] : [];
  });
}

/**
 * The broken rules of the house at `root`, as `rule: from → to` lines in order, and the number of files looked into.
 * Throws when a source file was not looked into: without the compiler's API the tool would pass over TypeScript in silence.
 */
export async function checkArchitecture(root = HOUSE) {
  const folders = readdirSync(root).filter((name) => FOLDERS.includes(name));
  const options = await extractDepcruiseOptions(join(HOUSE, ".dependency-cruiser.cjs"));
  const { output } = await cruise(folders, { ...options, baseDir: root });
  const seen = new Set(output.modules.map(({ source }) => join(root, source)));
  const sources = folders.flatMap((name) => sourcesIn(join(root, name)));
  const missed = sources.filter((source) => !seen.has(source));
  if (missed.length > 0) throw new Error(`${missed.length} of ${sources.length} files were not looked into, ${missed[0]} among them`);
  const broken = output.summary.violations.map(({ rule, from, to }) => `${rule.name}: ${from} → ${to}`);
  return { broken: broken.sort(), files: sources.length };
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const { broken, files } = await checkArchitecture();
  for (const line of broken) console.error(line);
  console.log(`${files} files, ${broken.length} imports against the rules`);
  process.exitCode = broken.length > 0 || files === 0 ? 1 : 0;
}
