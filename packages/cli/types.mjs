// Gathers the types of every room into dist/types, so that the packed library needs no room beside it:
// dist/types/<room>/… as the compiler wrote them, with `@tokenyard/<room>` turned into the path between them.
import { cpSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";

const HOUSE = fileURLToPath(new URL("../..", import.meta.url));
const TYPES = fileURLToPath(new URL("dist/types", import.meta.url));
const folders = [...readdirSync(join(HOUSE, "packages")).map((room) => join("packages", room)), "simulator"];

rmSync(TYPES, { recursive: true, force: true });
for (const folder of folders) {
  const from = join(HOUSE, folder, "dist");
  const into = join(TYPES, folder.replace("packages/", ""));
  for (const file of readdirSync(from, { recursive: true, encoding: "utf8" })) {
    if (!file.endsWith(".d.ts") || file.startsWith("types/") || file.startsWith("bundle/")) continue;
    cpSync(join(from, file), join(into, file));
    writeFileSync(join(into, file), inside(readFileSync(join(into, file), "utf8"), join(into, file)));
  }
}

function inside(text, path) {
  return text
    .replace(/"@tokenyard\/([a-z]+)"/g, (_, room) => {
      const to = relative(dirname(path), join(TYPES, room, "index.d.ts"));
      return `"${to.startsWith(".") ? to : `./${to}`}"`;
    })
    .replace(/^\/\/# sourceMappingURL=.*$/m, "");
}
