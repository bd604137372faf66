// What a reader loads.
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { buildPage, bytesOf, partsOf, workerPieces } from "../build.mjs";
import { kB, row } from "./rows.mjs";

/** What a reader loads: bytes as they are and as gzip sends them; of the Worker, the rooms that are most of it. */
export async function sizes() {
  const folder = mkdtempSync(join(tmpdir(), "tokenyard-page-"));
  try {
    await buildPage(folder);
    for (const name of readdirSync(folder).filter((each) => /^(?!worker).*\.(js|css|html)$/.test(each))) {
      const body = readFileSync(join(folder, name));
      row(`size of ${name.replace(/-[A-Z0-9]{8}/, "")}`, `${kB(body.length)}, ${kB(gzipSync(body).length)} gzip`);
    }
    const { check, result, late } = await workerPieces(folder);
    workerRow("for a check", check, "930 kB");
    workerRow("for the first result", result, "1,300 kB");
    for (const [name, outputs] of Object.entries(late)) workerRow(`later for ${name}`, outputs, "200 kB");
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function workerRow(name, outputs, aim) {
  const parts = partsOf(outputs).slice(0, 12);
  row(`size of the Worker, ${name}`, `${kB(bytesOf(outputs))}: ${parts.map(([room, bytes]) => `${room} ${kB(bytes)}`).join(", ")}`, aim);
}
