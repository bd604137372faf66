// What every page of the site has: policy, style, the ways to the others, and the search.
import { readFileSync } from "node:fs";
import { escaped } from "./written-page.mjs";

const STYLE = readFileSync(new URL("site.css", import.meta.url), "utf8");
/** A static host sets no headers: the policy is in the page. Without `script`, the hash of its only one, a page has none. */
const policy = (script) =>
  `default-src 'none'; ${script === undefined ? "" : `script-src '${script}'; `}style-src 'unsafe-inline'; img-src 'self' data:; base-uri 'none'`;

/** A whole page at path `at` of the site. `current`: which of the site's parts it belongs to. */
export function shell({ at, title, description = "", current, headings = [], main, isWide = false, script, tail = "" }) {
  const root = "../".repeat(at.split("/").length - 1);
  const way = (href, words, part) =>
    `<a href="${root}${href}"${part !== undefined && part === current ? ' aria-current="true"' : ""}>${words}</a>`;
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="${policy(script)}">
<meta name="description" content="${escaped(description)}">
<title>${escaped(title)}${title === "Tokenyard" ? "" : " · Tokenyard"}</title>
<link rel="icon" href="${root}icon.svg">
<style>${STYLE}</style>
</head>
<body>
<a class="skip" href="#content">Skip to the content</a>
<header>
<a class="brand" href="${root}index.html">Tokenyard</a>
<nav aria-label="site">${way("app.html", "Run a plan")} ${way("index.html#gallery", "Gallery", "gallery")} ${way("docs/index.html", "Documentation", "docs")}</nav>
${at === "search.html" ? "" : search(root)}</header>
${contents(headings)}<main id="content"${isWide ? ' class="wide"' : ""} tabindex="-1">
${main}
</main>
${tail}</body>
</html>
`;
}

/** The search is a page of its own: others need no script for it. */
function search(root) {
  return `<search><form action="${root}search.html"><label for="q">Search</label> <input id="q" name="q" type="search" autocomplete="off"> <button>Find</button></form></search>\n`;
}

/** The headings of a long page, to go to. */
function contents(headings) {
  const shown = headings.filter(({ depth }) => depth === 2);
  if (shown.length < 3) return "";
  const items = shown.map(({ text, anchor }) => `<li><a href="#${escaped(anchor)}">${escaped(text)}</a></li>`).join("");
  return `<nav class="contents" aria-label="on this page"><details><summary>On this page</summary><ul>${items}</ul></details></nav>\n`;
}
