// The Worker starts while the page's own script is on its way. The page takes it over; if it cannot start, the page says so of another.
if ("Worker" in globalThis) {
  globalThis.earlyWorker = new Worker("worker.js", { type: "module" });
  globalThis.earlyWorker.onerror = () => delete globalThis.earlyWorker;
}
