// A trace of 150 MB, dropped beside its scenario.
import { closeSync, openSync, readFileSync, writeFileSync, writeSync } from "node:fs";
import { join } from "node:path";
import { answered, browser, expect, folder, idle, opened } from "./harness.mjs";

const BYTES = 150e6;
const PIECE_BYTES = 1 << 20;
const PLAN = `tokenyard: 1
name: NAME
model: llama-3.1-8b
cluster: { gpu: h100-sxm, network: hgx-h100-ndr }
workload: { kind: trace, path: NAME.csv, format: azure, to: 10 s }
serving: { scheduler: { kind: continuous, tokenBudget: 4096, maxSequences: 128 } }
targets: { ttft.p99: 1 s, tpot.p99: 50 ms }
`;

/** A trace of 150 MB is read in pieces of 1 MiB: no read is larger, and the page takes less memory than its size beyond that of a trace of 1 MB. */
export async function largeTrace(address) {
  const page = await opened(address);
  await answered(page);
  await idle(page);
  await given(page, "small", 1e6);
  await idle(page);
  const [worker] = page.workers();
  await worker.evaluate(noteReads);
  await page.evaluate(noteReads);
  const before = await peakBytes();
  await given(page, "large", BYTES);
  const added = (await peakBytes()) - before;
  const reads = await worker.evaluate(() => globalThis.reads);
  expect(`all of a trace of 150 MB is read: ${reads.bytes} bytes`, reads.bytes >= BYTES);
  expect("no read of it is larger than a piece", reads.largest, PIECE_BYTES);
  expect("nor does the page read it", await page.evaluate(() => globalThis.reads), { bytes: 0, largest: 0 });
  expect(`memory for it is less than its size: ${Math.round(added / 1e6)} MB`, added < BYTES);
  await page.context().close();
}

/** Drops a plan with a trace of at least `bytes`, and waits for its answer. */
async function given(page, name, bytes) {
  const files = [join(folder, `${name}.yaml`), join(folder, `${name}.csv`)];
  writeFileSync(files[0], PLAN.replaceAll("NAME", name));
  writeTrace(files[1], bytes);
  await page.setInputFiles("input.files", files);
  await page.waitForFunction((wanted) => document.querySelector("#plan-name")?.textContent === wanted, name, { timeout: 300_000 });
}

function writeTrace(path, least) {
  const file = openSync(path, "w");
  writeSync(file, "TIMESTAMP,ContextTokens,GeneratedTokens\n");
  let rows = 0;
  for (let bytes = 0; bytes < least; ) {
    const lines = Array.from({ length: 10_000 }, () => {
      const time = new Date(Date.UTC(2026, 0, 5) + 100 * rows++).toISOString().replace("T", " ").replace("Z", "0000");
      return `${time},${500 + (rows % 7)},${20 + (rows % 5)}\n`;
    }).join("");
    writeSync(file, lines);
    bytes += lines.length;
  }
  closeSync(file);
}

/** Notes how much is read of files at once, by every way that there is; runs in the page and in its Worker. */
function noteReads() {
  globalThis.reads = { bytes: 0, largest: 0 };
  const note = (size) => {
    globalThis.reads.bytes += size;
    globalThis.reads.largest = Math.max(globalThis.reads.largest, size);
  };
  const noting = (kind, name, sizeOf) => {
    const read = kind?.prototype[name];
    if (read === undefined) return;
    kind.prototype[name] = function (...given) {
      note(sizeOf(this, given));
      return read.apply(this, given);
    };
  };
  for (const name of ["text", "arrayBuffer", "stream", "bytes"]) noting(Blob, name, (blob) => (blob.size > 1 << 22 ? blob.size : 0));
  for (const name of ["readAsArrayBuffer", "readAsText", "readAsDataURL"])
    for (const kind of [globalThis.FileReader, globalThis.FileReaderSync]) noting(kind, name, (_, [blob]) => blob.size);
}

/** The most memory that the renderers have had, together. */
async function peakBytes() {
  const client = await browser.newBrowserCDPSession();
  const { processInfo } = await client.send("SystemInfo.getProcessInfo");
  await client.detach();
  const peaks = processInfo
    .filter(({ type }) => type === "renderer")
    .map(({ id }) => Number(/VmHWM:\s*(\d+) kB/.exec(readFileSync(`/proc/${id}/status`, "utf8"))[1]) * 1024);
  return peaks.reduce((sum, each) => sum + each, 0);
}
