// Runs the gallery inside headless Chromium and compares the bytes of its reports with golden.json; opens a trace of the
// deployment plan there too: `pnpm test:browser`. CHROMIUM names another executable than `chromium`.
import { execFile } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { promisify } from "node:util";
import { build } from "esbuild";
import { HOUSE } from "../house.ts";
import { differences, galleryTexts, type Hashes, keptHashes, VERIFIED } from "./gallery.ts";
import { verifiedHashes } from "./page.ts";

const FLAGS = [
  "--headless",
  "--no-sandbox", // root, in a container
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];
const CHROMIUM = process.env["CHROMIUM"] ?? "chromium";
const TRACED = "deployment-plan";
const TRACE_NS = 20e6;
const MOST_BYTES = 1 << 26;

interface Answer {
  readonly engine: string;
  readonly hashes: Hashes;
  readonly verified: Hashes;
  readonly trace: Readonly<Record<string, number>>;
}

/** What the page finds. Throws what goes wrong in it. */
async function answerOf(folders: readonly string[]): Promise<Answer> {
  const folder = mkdtempSync(join(tmpdir(), "tokenyard-chromium-"));
  try {
    const page = join(folder, "page.html");
    writeFileSync(page, pageOf(await script(), folders));
    const args = [...FLAGS, `--user-data-dir=${join(folder, "profile")}`, "--dump-dom", pathToFileURL(page).href];
    const { stdout } = await promisify(execFile)(CHROMIUM, args, { maxBuffer: MOST_BYTES, timeout: 300_000 });
    const answer = /<pre>(.*)<\/pre>/.exec(stdout)?.[1];
    if (answer === undefined) throw new Error(`the page gave no answer:\n${stdout.slice(-2000)}`);
    const found = JSON.parse(decodeURIComponent(answer));
    if (found.error !== undefined) throw new Error(`in the page: ${found.error}`);
    return found;
  } finally {
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  }
}

/** The simulator as one script that a page can hold. */
async function script(): Promise<string> {
  const { outputFiles } = await build({
    absWorkingDir: HOUSE,
    entryPoints: ["bench/engines/page.ts"],
    bundle: true,
    write: false,
    format: "iife",
    globalName: "gallery",
    platform: "browser",
    target: "es2023",
    conditions: ["source"],
  });
  return outputFiles[0]!.text;
}

/** A page that answers in its only element; what it holds cannot end the script. */
function pageOf(code: string, folders: readonly string[]): string {
  const inline = (text: string) => text.replaceAll("</", "<\\/").replaceAll("<!--", "<\\!--");
  const texts = JSON.stringify(galleryTexts());
  return `<!doctype html><meta charset="utf-8"><pre></pre>
<script>${inline(code)}</script>
<script>
  const answer = (found) => { document.querySelector("pre").textContent = encodeURIComponent(JSON.stringify(found)); };
  try {
    const texts = ${inline(texts)};
    const hashes = gallery.galleryHashes(texts, ${JSON.stringify(folders)});
    const trace = gallery.traceCounts(texts, ${JSON.stringify(TRACED)}, ${TRACE_NS});
    const verified = gallery.verifiedHashes(texts, ${JSON.stringify(VERIFIED)});
    answer({ engine: navigator.userAgent.match(/Chrom\\w*\\/\\d+/)[0], hashes, verified, trace });
  } catch (error) {
    answer({ error: String(error.stack) });
  }
</script>`;
}

const kept = keptHashes();
const folders = Object.keys(kept);
const { engine, hashes, verified, trace } = await answerOf(folders);
const found = differences(engine, hashes, kept);
const inNode = verifiedHashes(galleryTexts(), VERIFIED);
const unlike = VERIFIED.filter((folder) => verified[folder] !== inNode[folder]);
for (const line of found) console.error(line);
for (const folder of unlike) console.error(`${engine}: ${folder} is verified in other bytes than in Node`);
console.log(`${engine}: ${VERIFIED.length - unlike.length} of ${VERIFIED.length} verifications have the bytes of Node's`);
console.log(`${engine}: ${folders.length - found.length} of ${folders.length} reports have the kept bytes`);
console.log(
  `${engine}: reads the trace of ${TRACED}: ${Object.entries(trace)
    .map(([ph, count]) => `${count} ${ph}`)
    .join(", ")}`,
);
process.exitCode = found.length + unlike.length > 0 || trace["X"] === undefined ? 1 : 0;
