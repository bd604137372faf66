/** SHA-256 of the report of each scenario, as the Worker of the page gives it; runs in the page. */
export async function workerHashes(names) {
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
  worker.terminate();
  return hashes;
}
