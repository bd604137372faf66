// Node keeps the code that it compiles from 22.8 on; before, a start compiles everything anew, and half of its time goes into that. So the
// bundle brings its chunks as scripts too, each with the code that V8 made of it in a run when it was bundled. Another version of V8 does
// not take that code, and compiles the scripts.
const { readFileSync, writeFileSync } = require("node:fs");
const { join } = require("node:path");
const { pathToFileURL } = require("node:url");
const { setFlagsFromString } = require("node:v8");
const { Script } = require("node:vm");

// Before anything is loaded, as V8 takes cached code only under the flags that it was made under. The optimizing compiler takes a third of a
// short run; most of that goes into functions that it copies into each other, and into loops whose first round it copies before them. Where it
// copies less, long runs are as fast.
setFlagsFromString("--max-inlined-bytecode-size-cumulative=300");
setFlagsFromString("--no-turbo-loop-peeling");
// Small functions are optimized no sooner than others: by then most have been copied into who calls them, and need no code of their own.
setFlagsFromString("--max-bytecode-size-for-early-opt=0");
// A short run makes little garbage. To mark it bit by bit, beside the work, makes each store dearer for as long as that goes on.
setFlagsFromString("--no-incremental-marking");
const LONG_MS = 1500; // a hundred thousand requests of one replica have ended

const CACHE = `${process.versions.v8}-${process.arch}.cache`;

/**
 * The chunks of one bundle: `scripts/<name>.cjs` in its folder, each loaded once. A script is a function of `exports, require, module, importMetaUrl`, in
 * ASCII, which is read without being decoded.
 */
class CachedChunks {
  #scripts;
  /** Of the modules: beside them lie the page and the worker. */
  #address;
  /** By name: the script, and the module that came of it. */
  #loaded = new Map();

  /** @param {string} folder of the bundle */
  constructor(folder) {
    this.#scripts = join(folder, "scripts");
    this.#address = pathToFileURL(folder).href;
  }

  /**
   * What the chunk exports.
   * @param {string} name as `main`
   */
  load(name) {
    const known = this.#loaded.get(name);
    if (known !== undefined) return known.module.exports;
    const file = this.#fileOf(name);
    const script = new Script(readFileSync(file, "latin1"), { filename: file, cachedData: cachedData(file) });
    const module = { exports: {} };
    this.#loaded.set(name, { script, module });
    script.runInThisContext()(module.exports, (other) => this.#required(other), module, `${this.#address}/${name}.js`);
    return module.exports;
  }

  /** Names of what has been loaded without its code: there was none, or another version made it. */
  uncached() {
    return [...this.#loaded].filter(([, { script }]) => script.cachedDataRejected !== false).map(([name]) => name);
  }

  /** Writes the code of what has been loaded, with all functions that have been called. */
  keep() {
    for (const [name, { script }] of this.#loaded) writeFileSync(`${this.#fileOf(name)}.${CACHE}`, script.createCachedData());
  }

  #required(name) {
    return name.startsWith("./") ? this.load(name.slice(2, -".js".length)) : require(name);
  }

  #fileOf(name) {
    return `${this.#scripts}/${name}.cjs`;
  }
}

function cachedData(file) {
  try {
    return readFileSync(`${file}.${CACHE}`);
  } catch {
    return undefined; // bundled by another version
  }
}

/** Of a run that goes on, garbage is marked beside the work: it would hold more memory without. By then its chunks are loaded, under the flags of their code. */
function markInLongRuns() {
  setTimeout(() => setFlagsFromString("--incremental-marking"), LONG_MS).unref();
}

exports.CachedChunks = CachedChunks;
exports.markInLongRuns = markInLongRuns;
