// Every link inside of a site, followed: files, anchors, and scenarios that the page is to open.
import { readdirSync, readFileSync, statSync } from "node:fs";
import { dirname, join, normalize } from "node:path";

/** Links of the site in `folder` that lead nowhere, as `page: link`, and how many there are. */
export function followedLinks(folder) {
  const files = readdirSync(folder, { recursive: true, encoding: "utf8" }).map((name) => name.replaceAll("\\", "/"));
  const there = new Set(files.filter((name) => statSync(join(folder, name)).isFile()));
  const pages = [...there].filter((name) => name.endsWith(".html"));
  const texts = new Map(pages.map((name) => [name, readFileSync(join(folder, name), "utf8")]));
  const anchors = new Map(
    pages.map((name) => [name, new Set([...markup(texts.get(name)).matchAll(/ id="([^"]+)"/g)].map(([, id]) => id))]),
  );
  const gallery = JSON.parse(/id="gallery">([^<]*)/.exec(texts.get("app.html"))[1]);
  const broken = [];
  let links = 0;
  for (const page of pages) {
    if (page === "app.html") continue; // it makes its links as it is used
    for (const [, href] of markup(texts.get(page)).matchAll(/ (?:href|src|action)="([^"]*)"/g)) {
      links++;
      if (!leads(page, href.replaceAll("&amp;", "&"))) broken.push(`${page}: ${href}`);
    }
  }
  return { broken, links, pages: pages.length };

  function leads(page, href) {
    if (/^https?:/.test(href)) return true;
    if (/^[a-z]+:|^\//.test(href)) return false;
    const [file, anchor = ""] = href.split("#");
    const target = file === "" ? page : normalize(join(dirname(page), decodeURI(file))).replaceAll("\\", "/");
    if (!there.has(target)) return false;
    if (anchor === "") return true;
    if (target !== "app.html") return anchors.get(target)?.has(anchor) === true;
    if (/^guide=[\w-]+$/.test(anchor)) return true; // a test of the page's has its steps
    const [, name = ""] = /^open=([\w./-]+)$/.exec(anchor) ?? [];
    return Object.hasOwn(gallery.files, name.endsWith(".yaml") ? name : `${name}/scenario.yaml`);
  }
}

/** A page without its scripts. */
function markup(html) {
  return html.replace(/<script[\s\S]*?<\/script>/g, "");
}
