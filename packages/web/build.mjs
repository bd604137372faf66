// Bundles the page into a folder: the app with its Worker, and a report as one file. `node build.mjs FOLDER`
import { createHash } from "node:crypto";
import { cpSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { basename, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { build } from "esbuild";
import { parse } from "yaml";
import { conclusionIn, galleryGroups } from "./site/gallery-groups.mjs";
import { WORKER_MODULES } from "./worker-modules.mjs";

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
  "report.html": 120e3,
  "report-timeline.html": 160e3,
  "study.html": 120e3,
  "whole.html.gz": 820e3,
};

/** Bytes of the scripts that the first screen, a check and the first result wait for, each all together, and of what each later order of the Worker waits for beyond these. */
const MOST_TOGETHER = { app: 200e3, check: 930e3, result: 1300e3, late: 200e3 };

/** What completion reads of the schema of scenarios. */
const READ_OF_SCHEMA = new Set("$ref $defs description properties additionalProperties items anyOf enum const".split(" "));

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
  const app = await pieces({ app: "src/app/main.tsx" }, folder, [NO_REPORT_SCHEMA]);
  const worker = await workerPieces(folder);
  for (const name of ["icon.svg", "page.css", "early-worker.js"]) cpSync(join(PAGES, name), join(folder, name));
  cpSync(join(PAGES, "app.html"), join(folder, "index.html"));
  writeFileSync(join(folder, "report.html"), await scriptedTemplate("report.html", "viewer.tsx"));
  writeFileSync(join(folder, "report-timeline.html"), await scriptedTemplate("report.html", "timeline-viewer.tsx"));
  writeFileSync(join(folder, "study.html"), await scriptedTemplate("study.html", "study-viewer.tsx"));
  writeFileSync(join(folder, "answer.html"), styled("answer.html"));
  const kept = { gallery: JSON.stringify(gallery()), schema: JSON.stringify(schema()) };
  for (const [name, text] of Object.entries(kept)) writeFileSync(join(folder, `${name}.json`), text);
  writeFileSync(join(folder, "whole.html.gz"), gzipSync(await wholeApp(kept), { level: 9 }));
  checkTogether("app", MOST_TOGETHER.app, app.first);
  checkTogether("check", MOST_TOGETHER.check, worker.check);
  checkTogether("result", MOST_TOGETHER.result, worker.result);
  for (const [name, outputs] of Object.entries(worker.late)) checkTogether(name, MOST_TOGETHER.late, outputs);
  for (const name of readdirSync(folder)) {
    const [, most] = Object.entries(MOST_BYTES).find(([beginning]) => name.startsWith(beginning) && !name.endsWith(".txt")) ?? [];
    const { length } = readFileSync(join(folder, name));
    if (most !== undefined && length > most) throw new Error(`${name} has ${length} bytes, over its budget of ${most}`);
  }
}

/** The Worker as scripts in `folder`: what a check waits for, what the first result waits for, that included, and by name what each later order waits for beyond it. */
export async function workerPieces(folder) {
  const { first, named, awaitedBy } = await pieces({ worker: WORKER }, folder, [WORKER_MODULES], "worker-");
  const result = new Set([...first, ...awaitedBy(/^worker-result-/)]);
  const names = named
    .map((name) => /^worker-(.*)-[A-Z0-9]{8}\.js$/.exec(name)?.[1])
    .filter((name) => name !== undefined && name !== "chunk");
  const late = names
    .filter((name) => name !== "result")
    .map((name) => [name, awaitedBy(new RegExp(`^worker-${name}-`)).filter((output) => !result.has(output))]);
  return { check: first, result: [...result], late: Object.fromEntries(late) };
}

/** Bundles the one entry in `entryPoints` into `folder`. Returns the names of all outputs, those that it waits for first, and what gives those that an output of a name waits for. */
async function pieces(entryPoints, folder, plugins, prefix = "") {
  const { metafile } = await build({
    ...SHARED,
    entryPoints,
    outdir: folder,
    format: "esm",
    splitting: true,
    chunkNames: `${prefix}[name]-[hash]`,
    plugins,
    metafile: true,
  });
  const outputs = new Map(Object.entries(metafile.outputs).filter(([path]) => path.endsWith(".js")));
  const awaitedBy = (name) => {
    const awaited = new Set();
    const wait = (path) => {
      if (awaited.has(outputs.get(path))) return;
      awaited.add(outputs.get(path));
      for (const { kind, path: other } of outputs.get(path).imports) if (kind === "import-statement") wait(other);
    };
    wait([...outputs.keys()].find((path) => name.test(basename(path))));
    return [...awaited];
  };
  const [entry] = Object.keys(entryPoints);
  return { named: [...outputs.keys()].map((path) => basename(path)), first: awaitedBy(new RegExp(`^${entry}\\.js$`)), awaitedBy };
}

function checkTogether(name, most, outputs) {
  const bytes = bytesOf(outputs);
  if (bytes <= most) return;
  const parts = partsOf(outputs).map(([part, size]) => `${part} ${size}`);
  throw new Error(`${name}: its scripts have ${bytes} bytes, over their budget of ${most}: ${parts.join(", ")}`);
}

export function bytesOf(outputs) {
  return outputs.reduce((sum, { bytes }) => sum + bytes, 0);
}

/** [room or package, bytes] of `outputs`, the largest first. */
export function partsOf(outputs) {
  const found = new Map();
  for (const { inputs } of outputs) {
    for (const [path, { bytesInOutput }] of Object.entries(inputs)) {
      const [, part = "web"] = /.*node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(path) ?? /(?:packages|\.\.)\/([a-z]+)\/src\//.exec(path) ?? [];
      found.set(part, (found.get(part) ?? 0) + bytesInOutput);
    }
  }
  return [...found].sort((a, b) => b[1] - a[1]);
}

/** The whole app as one file, with its Worker in one piece: the command line fills in the state. */
async function wholeApp(kept) {
  const [, noscript] = /<div id="page">(.*?)<\/div>/s.exec(readFileSync(join(PAGES, "app.html"), "utf8"));
  const { script: worker } = await inlineScript(WORKER, [WORKER_MODULES]);
  const page = await scriptedTemplate("whole.html", "main.tsx", [NO_REPORT_SCHEMA]);
  let filled = fill(fill(page, "PLAIN", noscript), ">WORKER<", `>${worker}<`);
  for (const [name, text] of Object.entries(kept)) filled = fill(filled, `"${name.toUpperCase()}"`, text.replaceAll("<", "\\u003c"));
  return filled;
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

/** The schema of scenarios, as far as completion reads it. */
function schema() {
  const read = (node) => {
    if (Array.isArray(node)) return node.map(read);
    if (typeof node !== "object" || node === null) return node;
    const parts = Object.entries(node).filter(([key]) => READ_OF_SCHEMA.has(key));
    return Object.fromEntries(parts.map(([key, part]) => [key, key === "properties" || key === "$defs" ? mapped(part, read) : read(part)]));
  };
  return read(JSON.parse(readFileSync(join(GALLERY, "scenario.schema.json"), "utf8")));
}

function mapped(map, change) {
  return Object.fromEntries(Object.entries(map).map(([key, part]) => [key, change(part)]));
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
