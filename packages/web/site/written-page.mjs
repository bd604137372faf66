// A page of the documentation: its HTML, the files that it links to, and its sections for the search.
import { existsSync } from "node:fs";
import { dirname, join, normalize, relative } from "node:path";
import { Marked } from "marked";
import { HOUSE, sitePathOf, textOf } from "./project-files.mjs";

const escaped = (text) => text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll('"', "&quot;");
const plain = (html) => html.replace(/<[^>]*>/g, "");
const TEXTS = { "&lt;": "<", "&gt;": ">", "&quot;": '"', "&#39;": "'", "&amp;": "&" };
const unescaped = (html) => html.replace(/&(?:lt|gt|quot|#39|amp);/g, (name) => TEXTS[name]);

/** Gives each heading of a page the anchor that GitHub gives it: the docs and the code link to these. */
class Anchors {
  #seen = new Map();

  of(heading) {
    const anchor = heading
      .toLowerCase()
      .replace(/[^\p{L}\p{N} _-]/gu, "")
      .trim()
      .replaceAll(" ", "-");
    const before = this.#seen.get(anchor) ?? 0;
    this.#seen.set(anchor, before + 1);
    return before === 0 ? anchor : `${anchor}-${before}`;
  }
}

/** Address of `to` as seen from the page at `from`, both in the site. */
export function addressFrom(from, to) {
  const address = relative(dirname(from), to).replaceAll("\\", "/");
  return address === "" ? to.split("/").at(-1) : address;
}

/** The text at `path` of the project as a page: `html`, `title`, `headings`, and `linked`, the files of the project that it links to. */
export function writtenPage(path) {
  const at = sitePathOf(path);
  const anchors = new Anchors();
  const headings = [];
  const linked = new Set();
  const addressOf = (href) => {
    const [file, anchor] = href.split("#");
    if (/^[a-z]+:/.test(href) || file === "") return href;
    const target = normalize(join(dirname(path), decodeURI(file)))
      .replaceAll("\\", "/")
      .replace(/\/$/, "");
    const there = sitePathOf(target);
    if (there === undefined && existsSync(join(HOUSE, target))) return undefined; // a folder without words on it
    if (there === undefined) throw new Error(`${path}: links to ${href}, which is not there`);
    linked.add(target);
    return `${addressFrom(at, there)}${anchor === undefined ? "" : `#${anchor}`}`;
  };
  const renderer = {
    heading({ tokens, depth }) {
      const html = this.parser.parseInline(tokens);
      const text = unescaped(plain(html));
      const anchor = anchors.of(text);
      headings.push({ depth, text, anchor });
      return `<h${depth} id="${escaped(anchor)}">${html}</h${depth}>\n`;
    },
    link({ href, tokens }) {
      const [address, html] = [addressOf(href), this.parser.parseInline(tokens)];
      return address === undefined ? html : `<a href="${escaped(address)}">${html}</a>`;
    },
    image({ href, text }) {
      return `<img src="${escaped(addressOf(href))}" alt="${escaped(text)}" loading="lazy">`;
    },
    code({ text }) {
      return scrolling("code", `<pre><code>${escaped(text)}</code></pre>`);
    },
    table({ header, rows }) {
      const cell = (tag) => (each) =>
        `<${tag}${each.align ? ` class="${each.align}"` : ""}>${this.parser.parseInline(each.tokens)}</${tag}>`;
      const head = header.map((each) =>
        each.text === "" ? "<td></td>" : cell('th scope="col"')(each).replace('</th scope="col">', "</th>"),
      );
      const body = rows.map((row) => `<tr>${row.map(cell("td")).join("")}</tr>`).join("\n");
      return scrolling("table", `<table><thead><tr>${head.join("")}</tr></thead>\n<tbody>${body}</tbody></table>`);
    },
    html({ text }) {
      return escaped(text);
    },
  };
  const html = new Marked({ renderer }).parse(textOf(path));
  return { path, at, html, headings, linked: [...linked], title: headings[0]?.text ?? path };
}

/** A box that scrolls sideways where it is wider than the page, by keys too. */
export function scrolling(label, html) {
  return `<div class="scrolls" role="group" aria-label="${label}" tabindex="0">${html}</div>\n`;
}

/** Sections of a page for the search: heading, anchor, and text without marks. */
export function sectionsOf({ html, headings }) {
  const pieces = html.split(/<h\d id="[^"]*">[\s\S]*?<\/h\d>/).slice(1);
  return headings.map(({ text, anchor }, i) => ({
    heading: text,
    anchor,
    text: unescaped(plain((pieces[i] ?? "").replace(/<\/(td|th|li|p|tr|pre)>/g, " ")))
      .replace(/\s+/g, " ")
      .trim(),
  }));
}

export { escaped };
