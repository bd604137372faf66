// Writes the site: the page, the gallery and the documentation in one folder for any static host, and for no host at all. `node site.mjs [FOLDER]`
import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { register } from "node:module";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { inlineScript } from "../build.mjs";
import { galleryGroups } from "./gallery-groups.mjs";
import { homeMain, scenarioMain } from "./gallery-pages.mjs";
import { galleryPicture } from "./gallery-pictures.mjs";
import { bytesOf, HOUSE, sitePathOf, writtenPages } from "./project-files.mjs";
import { shell } from "./shell.mjs";
import { sectionsOf, writtenPage } from "./written-page.mjs";

register("../../cli/source-loader.mjs", import.meta.url); // what the page has in TypeScript, the site has, too

const BIN = join(HOUSE, "packages/cli/bin/tokenyard.js");
const MOST_BYTES = 12e6;

/** Every file of the site but the page itself, by path. `pictures`: of scenarios, by name. */
export async function siteFiles(pictures = new Map()) {
  const files = new Map();
  const pages = linkedPages();
  const groups = galleryGroups(join(HOUSE, "scenarios"));
  const { GUIDE_TITLES } = await import("../src/guides/guide-titles.ts");
  for (const page of pages.values()) {
    const { path, at, html, title, headings } = page;
    const [, name] = /^scenarios\/([\w-]+)\/README\.md$/.exec(path) ?? [];
    const main = name === undefined ? html : scenarioMain(name, html, pictures);
    files.set(at, shell({ at, title, current: path.startsWith("docs/") ? "docs" : name && "gallery", headings, main }));
    for (const file of page.linked)
      if (!file.endsWith(".md") && !sitePathOf(file).endsWith(".html")) files.set(sitePathOf(file), bytesOf(file));
  }
  for (const [name, { svg }] of pictures) files.set(`scenarios/${name}/picture.svg`, svg);
  const description = "What a plan for an inference cluster will really do: run it in the browser.";
  files.set(
    "index.html",
    shell({ at: "index.html", title: "Tokenyard", description, main: homeMain(groups, pictures, GUIDE_TITLES), isWide: true }),
  );
  files.set("search.html", await searchPage(pages));
  const lost = `<h1>Nothing is here</h1><p>The <a href="index.html">first page</a> leads to everything, and the search finds it.</p>`;
  files.set("404.html", shell({ at: "404.html", title: "Nothing is here", main: lost }));
  files.set("icon.svg", bytesOf("packages/web/src/pages/icon.svg"));
  files.set(".nojekyll", "");
  return files;
}

/** The written pages and all that they lead to, by path in the project. */
function linkedPages() {
  const pages = new Map();
  const wanted = writtenPages();
  for (const path of wanted) {
    if (pages.has(path)) continue;
    const page = writtenPage(path);
    pages.set(path, page);
    wanted.push(...page.linked.filter((file) => file.endsWith(".md")));
  }
  return pages;
}

async function searchPage(pages) {
  const { indexOf } = await import("../src/search/sections.ts");
  const sections = [...pages.values()]
    .filter(({ path }) => path !== "CHANGELOG.md")
    .flatMap((page) =>
      sectionsOf(page).map(({ heading, anchor, text }) => ({ title: page.title, heading, address: `${page.at}#${anchor}`, text })),
    );
  const index = indexOf(sections.map((section, id) => ({ id, ...section }))).replaceAll("<", "\\u003c");
  const { script, hash } = await inlineScript("src/search/search-page.ts");
  const main = `<h1>Search</h1>
<form class="search-box"><label for="words">Words</label> <input id="words" type="search" autocomplete="off" spellcheck="false"></form>
<p id="news" role="status" class="faint"></p>
<noscript><p>The search needs scripts. The <a href="docs/index.html">documentation</a> has a list of its pages.</p></noscript>
<ol id="found" class="found"></ol>`;
  const tail = `<script type="application/json" id="index">${index}</script>\n<script>${script}</script>\n`;
  return shell({ at: "search.html", title: "Search", main, script: hash, tail });
}

/** The page as one file, with the ways back to the site. */
function appPage(folder) {
  const file = join(folder, "app.html");
  execFileSync(process.execPath, [BIN, "serve", "--save", file]);
  const icon = `data:image/svg+xml;base64,${bytesOf("packages/web/src/pages/icon.svg").toString("base64")}`; // its policy allows no other
  const ways = `<link rel="icon" href="${icon}">\n<link rel="help" href="docs/index.html">\n<style>`;
  return readFileSync(file, "utf8").replace("<style>", () => ways);
}

/** Writes the site into `folder`, of which nothing else stays. Throws where that is no site, or the site is larger than it may be. */
export async function buildSite(folder, pictures) {
  const isOther = existsSync(folder) && readdirSync(folder).length > 0 && !existsSync(join(folder, "search.html"));
  if (isOther) throw new Error(`${folder}: has files that are not of a site; wanted a new folder, an empty one or that of a site`);
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  const files = await siteFiles(pictures);
  files.set("app.html", appPage(folder));
  let bytes = 0;
  for (const [path, body] of files) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), body);
    bytes += Buffer.byteLength(body);
  }
  if (bytes > MOST_BYTES) throw new Error(`the site has ${bytes} bytes, over its budget of ${MOST_BYTES}`);
  return { files: files.size, bytes };
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const folder = resolve(process.argv[2] ?? join(HOUSE, "out/site"));
  const pictures = new Map();
  for (const { scenarios } of galleryGroups(join(HOUSE, "scenarios")))
    for (const { name } of scenarios) pictures.set(name, galleryPicture(name));
  const { files, bytes } = await buildSite(folder, pictures);
  process.stdout.write(`${folder}: ${files} files, ${(bytes / 1e6).toFixed(1)} MB\n`);
}
