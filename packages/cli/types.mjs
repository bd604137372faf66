// Gathers the types that the packed library needs into dist/types, so that it needs no room beside it: what the index of this room
// reaches, dist/types/<room>/… as the compiler wrote it, with every import as a path to the JavaScript that stands for it.
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import { fileURLToPath } from "node:url";

const HOUSE = fileURLToPath(new URL("../..", import.meta.url));
const TYPES = fileURLToPath(new URL("dist/types", import.meta.url));
const { dependencies } = JSON.parse(readFileSync(new URL("package.json", import.meta.url), "utf8"));
/** `from "…"` and `import("…")`. */
const IMPORT = /(\bfrom |\bimport\()"([^"]+)"/g;

rmSync(TYPES, { recursive: true, force: true });
const waiting = [join(HOUSE, "packages/cli/dist/index.d.ts")];
const seen = new Set(waiting);
for (const file of waiting) {
  const text = readFileSync(file, "utf8").replace(/^\/\/# sourceMappingURL=.*$/m, "");
  const into = placeOf(file);
  mkdirSync(dirname(into), { recursive: true });
  writeFileSync(
    into,
    text.replace(IMPORT, (_, before, name) => {
      const target = fileOf(name, file);
      if (target === undefined) return `${before}"${name}"`;
      if (!seen.has(target)) waiting.push(target);
      seen.add(target);
      const path = relative(dirname(into), placeOf(target)).replace(/\.d\.ts$/, ".js");
      return `${before}"${path.startsWith(".") ? path : `./${path}`}"`;
    }),
  );
}

/** The declarations that `name` means in `file`; undefined for those of a package that is installed with this one. */
function fileOf(name, file) {
  if (name.startsWith(".")) return resolve(dirname(file), name.replace(/(\.d)?\.ts$|\.js$/, ".d.ts"));
  const room = /^@tokenyard\/([a-z]+)$/.exec(name)?.[1];
  if (room !== undefined) return join(HOUSE, room === "simulator" ? room : `packages/${room}`, "dist/index.d.ts");
  if (dependencies[name.split("/")[0]] === undefined)
    throw new Error(`${relative(HOUSE, file)} needs ${name}, which is not installed with it`);
  return undefined;
}

/** `packages/scenario/dist/check.d.ts` stands in `dist/types/scenario/check.d.ts`. */
function placeOf(file) {
  return join(
    TYPES,
    relative(HOUSE, file)
      .replace(/^packages\//, "")
      .replace("/dist/", "/"),
  );
}
