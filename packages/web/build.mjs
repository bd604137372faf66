// Bundles the page into a folder: the app with its Worker, and a report as one file. `node build.mjs FOLDER`
import { createHash } from "node:crypto";
import { cpSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { parse } from "yaml";
import { conclusionIn, galleryGroups } from "./site/gallery-groups.mjs";

const HERE = fileURLToPath(new URL(".", import.meta.url));
const GALLERY = join(HERE, "../../scenarios");
const PAGES = join(HERE, "src/pages");
const WORKER = "src/worker/simulator.worker.ts";
const SHARED = {
  absWorkingDir: HERE,
  bundle: true,
  minify: true,
  platform: "browser",
  target: ["es2023", "chrome119", "firefox128"],
  conditions: ["source"], // the rooms as TypeScript; no build need come before this one
  jsx: "automatic",
  jsxImportSource: "preact",
  legalComments: "linked",
  logLevel: "warning",
};

/** Bytes that a file may have, by the beginning of its name: what a reader waits for. */
const MOST_BYTES = {
  "editor-": 400e3,
  "what-if-view-": 20e3,
  "map-view-": 20e3,
  "worker.js": 1640e3,
  "report.html": 120e3,
  "report-timeline.html": 160e3,
  "study.html": 120e3,
  "whole.html": 650e3,
};

/** Bytes of the scripts that the first screen waits for, all together: the app, and what it shares with views that are loaded late. */
const MOST_FIRST_BYTES = 200e3;

/** The schema of reports is the Worker's: an `import()` of it that the app never calls would bring it, and what makes schemas, along. */
const NO_REPORT_SCHEMA = {
  name: "no-report-schema",
  setup: ({ onLoad }) =>
    onLoad({ filter: /[/\\]late-schema\.ts$/ }, () => ({
      contents: "export const reportSchema = undefined, reportJsonSchema = undefined;",
    })),
};

/** Writes the whole page into `folder`, which is emptied first. Throws where a file is larger than it may be. */
export async function buildPage(folder) {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  await build({
    ...SHARED,
    entryPoints: { app: "src/app/main.tsx" },
    outdir: folder,
    format: "esm",
    splitting: true,
    chunkNames: "[name]-[hash]",
    plugins: [NO_REPORT_SCHEMA],
  });
  await build({ ...SHARED, entryPoints: { worker: WORKER }, outdir: folder, format: "esm" });
  for (const name of ["icon.svg", "page.css"]) cpSync(join(PAGES, name), join(folder, name));
  cpSync(join(PAGES, "app.html"), join(folder, "index.html"));
  writeFileSync(join(folder, "report.html"), await scriptedTemplate("report.html", "viewer.tsx"));
  writeFileSync(join(folder, "report-timeline.html"), await scriptedTemplate("report.html", "timeline-viewer.tsx"));
  writeFileSync(join(folder, "study.html"), await scriptedTemplate("study.html", "study-viewer.tsx"));
  writeFileSync(join(folder, "answer.html"), styled("answer.html"));
  writeFileSync(join(folder, "gallery.json"), JSON.stringify(gallery()));
  writeFileSync(join(folder, "whole.html"), await wholeApp());
  checkFirstBytes(folder);
  for (const name of readdirSync(folder)) {
    const [, most] = Object.entries(MOST_BYTES).find(([beginning]) => name.startsWith(beginning) && !name.endsWith(".txt")) ?? [];
    const { length } = readFileSync(join(folder, name));
    if (most !== undefined && length > most) throw new Error(`${name} has ${length} bytes, over its budget of ${most}`);
  }
}

/** Throws where the scripts of the first screen in `folder` are larger than they may be. */
function checkFirstBytes(folder) {
  const names = readdirSync(folder).filter((name) => /^(app|chunk-[A-Z0-9]+)\.js$/.test(name));
  const bytes = names.reduce((sum, name) => sum + readFileSync(join(folder, name)).length, 0);
  if (bytes > MOST_FIRST_BYTES) throw new Error(`${names.join(", ")} have ${bytes} bytes, over their budget of ${MOST_FIRST_BYTES}`);
}

/** [room or package, bytes] of the Worker, the largest first. */
export async function workerSizes() {
  const { metafile } = await build({ ...SHARED, entryPoints: [WORKER], outdir: "dist", format: "esm", write: false, metafile: true });
  const sizes = new Map();
  for (const { inputs } of Object.values(metafile.outputs)) {
    for (const [path, { bytesInOutput }] of Object.entries(inputs)) {
      const [, part = "web"] = /.*node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(path) ?? /^(?:\.\.\/)+([^/]+)/.exec(path) ?? [];
      sizes.set(part, (sizes.get(part) ?? 0) + bytesInOutput);
    }
  }
  return [...sizes].sort((a, b) => b[1] - a[1]);
}

/** The whole app as one file, but for its Worker and its gallery: who writes or sends it fills in the files that lie beside it. */
async function wholeApp() {
  const [, noscript] = /<div id="page">(.*?)<\/div>/s.exec(readFileSync(join(PAGES, "app.html"), "utf8"));
  return fill(await scriptedTemplate("whole.html", "main.tsx", [NO_REPORT_SCHEMA]), "PLAIN", noscript);
}

/** A page in one file with its script, whose hash its policy names: what is in capitals is for the command line to fill. */
async function scriptedTemplate(name, entry, plugins = []) {
  const { script, hash } = await inlineScript(`src/app/${entry}`, plugins);
  return fill(fill(styled(name), "HASH", hash), "SCRIPT", script);
}

/** What `entry` imports as one script that no markup in it ends, with its hash as a policy names it. */
export async function inlineScript(entry, plugins = []) {
  const { outputFiles } = await build({
    ...SHARED,
    entryPoints: [entry],
    write: false,
    format: "iife",
    legalComments: "inline",
    plugins,
  });
  const script = outputFiles[0].text.replaceAll("</", "<\\/").trim();
  if (script.includes("<!--")) throw new Error(`${entry}: has "<!--", after which a script does not end where it should`);
  return { script, hash: `sha256-${createHash("sha256").update(script).digest("base64")}` };
}

function fill(text, name, value) {
  return text.replace(name, () => value);
}

/** A template with the style of the page in it. */
function styled(name) {
  return fill(readFileSync(join(PAGES, name), "utf8"), "/* STYLE */", readFileSync(join(PAGES, "page.css"), "utf8"));
}

/** The gallery: what each scenario shows and is about, what its kept report concludes, and the texts of all. */
function gallery() {
  const files = {};
  for (const path of readdirSync(GALLERY, { recursive: true, encoding: "utf8" }).sort()) {
    if (/\.ya?ml$/.test(path) || /^[^/\\]+[/\\].*\.(json|jsonl|csv)$/.test(path))
      files[path.replaceAll("\\", "/")] = readFileSync(join(GALLERY, path), "utf8");
  }
  const pieces = galleryGroups(GALLERY).flatMap(({ title: group, scenarios }) =>
    scenarios.map(({ name, headline }) => {
      const path = `${name}/scenario.yaml`;
      const conclusion = conclusionIn(readFileSync(join(GALLERY, name, "report.txt"), "utf8"));
      return { path, name, headline, group, about: parse(files[path]).about ?? "", conclusion };
    }),
  );
  return { pieces, files };
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const folder = process.argv[2];
  if (folder === undefined) throw new Error("node build.mjs FOLDER");
  await buildPage(resolve(folder));
}
