import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join, normalize } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";

const ROOT = fileURLToPath(new URL("..", import.meta.url));
const pages = ["README.md", ...readdirSync(join(ROOT, "docs"), { recursive: true, encoding: "utf8" }).map((name) => join("docs", name))]
  .filter((name) => name.endsWith(".md"))
  .map((name) => ({ name, text: readFileSync(join(ROOT, name), "utf8") }));

/** Text without blocks and spans of code. */
function plain(text: string): string {
  return text.replace(/^```[\s\S]*?^```$/gm, "").replace(/`[^`\n]*`/g, "x");
}

/** Links of `text` to files of the project: their path and their anchor. */
function linksOf(text: string): readonly (readonly [path: string, anchor: string])[] {
  return [...plain(text).matchAll(/\]\(([^)\s]+)\)/g)].flatMap(([, link = ""]) => {
    if (/^[a-z]+:/.test(link)) return [];
    const [path = "", anchor = ""] = link.split("#");
    return [[path, anchor] as const];
  });
}

/** Anchors of headings, as GitHub makes them, and those that a page names itself. */
function anchorsOf(text: string): ReadonlySet<string> {
  const headings = [...text.replace(/^```[\s\S]*?^```$/gm, "").matchAll(/^#+ (.*)$/gm)].map(([, heading = ""]) =>
    heading
      .replace(/\[([^\]]*)\]\([^)]*\)/g, "$1")
      .toLowerCase()
      .replace(/[^\p{L}\p{N} _-]/gu, "")
      .trim()
      .replaceAll(" ", "-"),
  );
  const named = [...text.matchAll(/(?:id|name)="([^"]+)"/g)].map(([, name = ""]) => name);
  return new Set([...headings, ...named]);
}

test("links of the documentation lead to files and headings that exist", () => {
  const broken = pages.flatMap(({ name, text }) =>
    linksOf(text).flatMap(([path, anchor]) => {
      const file = path === "" ? name : normalize(join(dirname(name), path));
      if (!existsSync(join(ROOT, file))) return [`${name}: ${path}`];
      if (anchor === "" || !file.endsWith(".md")) return [];
      return anchorsOf(readFileSync(join(ROOT, file), "utf8")).has(anchor) ? [] : [`${name}: ${path}#${anchor}`];
    }),
  );
  expect(broken).toEqual([]);
});

test("the index of docs/ has every page, but for those below accuracy, decisions and distributed studies", () => {
  const index = new Set(
    linksOf(pages.find(({ name }) => name === join("docs", "README.md"))!.text).map(([path]) => normalize(join("docs", path))),
  );
  const missing = pages
    .map(({ name }) => name)
    .filter((name) => /^docs\/(?:tutorials\/)?[\w-]+\.md$/.test(name) && name !== "docs/README.md" && !index.has(name));
  expect(missing).toEqual([]);
});

test("docs/models.md lists every page below it", () => {
  const listed = new Set(
    linksOf(pages.find(({ name }) => name === join("docs", "models.md"))!.text).map(([path]) => normalize(join("docs", path))),
  );
  expect(pages.map(({ name }) => name).filter((name) => name.startsWith(join("docs", "models/")) && !listed.has(name))).toEqual([]);
});
