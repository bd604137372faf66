// The files of the project that the site shows, and where they are in it.
import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

export const HOUSE = fileURLToPath(new URL("../../..", import.meta.url));

/** Pages that have another name than their file. */
const NAMED = { "README.md": "about.html", "CHANGELOG.md": "changes.html" };

/** Texts that become pages, by path: the documentation, and what there is to read on each scenario. */
export function writtenPages() {
  const below = (folder, isWanted) =>
    readdirSync(join(HOUSE, folder), { recursive: true, encoding: "utf8" })
      .map((name) => `${folder}/${name.replaceAll("\\", "/")}`)
      .filter(isWanted);
  return [
    ...Object.keys(NAMED),
    ...below("docs", (path) => path.endsWith(".md")).sort(),
    ...below("scenarios", (path) => path.endsWith("/README.md")).sort(),
  ];
}

/** Path in the site of a file or folder of the project; undefined where the project does not have it. */
export function sitePathOf(path) {
  if (!existsSync(join(HOUSE, path))) return undefined;
  if (statSync(join(HOUSE, path)).isDirectory()) return sitePathOf(`${path}/README.md`);
  if (path in NAMED) return NAMED[path];
  if (/(^|\/)README\.md$/.test(path)) return path.replace(/README\.md$/, "index.html");
  if (path.endsWith(".md")) return path.replace(/\.md$/, ".html");
  return /\.(svg|png|jpg|txt)$/.test(path) ? path : `${path}.txt`; // browsers show a text, and offer others as downloads
}

export function textOf(path) {
  return readFileSync(join(HOUSE, path), "utf8");
}

export function bytesOf(path) {
  return readFileSync(join(HOUSE, path));
}
