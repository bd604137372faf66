// The bytes of the Worker.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, HOUSE, opened } from "./harness.mjs";

/** The Worker gives the bytes that golden.json keeps. */
export async function workerReports(address) {
  const golden = JSON.parse(readFileSync(join(HOUSE, "scenarios/golden.json"), "utf8"));
  const page = await opened(address);
  const found = await page.evaluate(async (names) => {
    const { files } = await (await fetch("gallery.json")).json();
    const worker = new Worker("worker.js", { type: "module" });
    const hashes = {};
    for (const [at, name] of names.entries()) {
      const path = `${name}/scenario.yaml`;
      const answer = await new Promise((resolve) => {
        worker.onmessage = ({ data }) => data.id === at && ["result", "problems", "fault"].includes(data.kind) && resolve(data);
        worker.postMessage({ kind: "run", id: at, source: { text: files[path], path, files } });
      });
      const line = new TextEncoder().encode(`${JSON.stringify(answer.report ?? answer)}\n`);
      const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", line));
      hashes[name] = [...digest].map((byte) => byte.toString(16).padStart(2, "0")).join("");
    }
    return hashes;
  }, Object.keys(golden));
  for (const [name, hash] of Object.entries(golden)) expect(`the Worker's report of ${name}`, found[name], hash);
  await page.context().close();
}
