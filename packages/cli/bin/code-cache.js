// Node keeps the code that it compiles from 22.8 on; before, a start compiles everything again, and half of its time goes into that. So the
// bundle brings its chunks as scripts too, each with the code that V8 made of it in a run when it was bundled. Another version of V8 does
// not take that code, and compiles the scripts.
const { closeSync, existsSync, fstatSync, openSync, readSync, writeFileSync } = require("node:fs");
const { join } = require("node:path");
const { pathToFileURL } = require("node:url");
const { setFlagsFromString } = require("node:v8");
const { Script } = require("node:vm");

// Before anything is loaded, as V8 takes cached code only under the flags that it was made under. The optimizing compiler takes a third of a
// short run; most of that goes into functions that it copies into each other, and into loops whose first round it copies before them. Where it
// copies less, long runs are as fast.
setFlagsFromString("--max-inlined-bytecode-size-cumulative=200");
setFlagsFromString("--no-turbo-loop-peeling");
// Small functions are optimized no sooner than others: by then most have been copied into who calls them, and need no code of their own.
setFlagsFromString("--max-bytecode-size-for-early-opt=0");
// A short run makes little garbage. To mark it bit by bit, beside the work, makes each store dearer for as long as that goes on.
setFlagsFromString("--no-incremental-marking");
const LARGEST_BYTES = 1 << 21; // what no script is larger than, nor its code; only what is used of it takes memory
const LONG_MS = 1500; // a hundred thousand requests of one replica have ended
const KEPT_BYTES = 1 << 22; // what the optimizing compiler takes for a function is less

// What lives as long as the process is made while chunks are loaded. A run makes what is soon gone: in twice the room, twice as many pages of
// memory are touched for the first time, which costs more than to collect it twice as often.
const ROOM_GROWS = "--semi-space-growth-factor=2"; // V8's own
const ROOM_STAYS = "--semi-space-growth-factor=1";

const CACHE = `${process.versions.v8}-${process.arch}.cache`;

/**
 * The chunks of one bundle. Its scripts, `scripts/<name>.cjs` in its folder, are objects with a function of `exports, require, module, importMetaUrl`
 * for each chunk by name: `main` brings the small ones along, and each other is in a script of its own name. Scripts are in ASCII, which is read
 * without being decoded.
 */
class CachedChunks {
  #folder;
  /** Of the modules: beside them lie the page and the worker. */
  #address;
  /** By name of the file. */
  #scripts = new Map();
  /** By name: the function of each chunk in these scripts. */
  #chunks = new Map();
  /** By name: modules of chunks that are loaded. */
  #modules = new Map();
  #contents = new Contents();
  /** Of how many chunks the loading has begun and not ended. */
  #loading = 0;

  /** @param {string} folder of the bundle */
  constructor(folder) {
    this.#folder = join(folder, "scripts");
    this.#address = pathToFileURL(folder).href;
  }

  /**
   * What the chunk exports.
   * @param {string} name as `main`
   */
  load(name) {
    const known = this.#modules.get(name);
    if (known !== undefined) return known.exports;
    if (this.#loading++ === 0) setFlagsFromString(ROOM_GROWS);
    try {
      const chunk = this.#chunks.get(name) ?? this.#read(name);
      const module = { exports: {} };
      this.#modules.set(name, module);
      chunk(module.exports, (other) => this.#required(other), module, `${this.#address}/${name}.js`);
      return module.exports;
    } finally {
      if (--this.#loading === 0) setFlagsFromString(ROOM_STAYS);
    }
  }

  /** Names of scripts that have been loaded without their code: there was none, or another version made it. */
  uncached() {
    return [...this.#scripts].filter(([, script]) => script.cachedDataRejected !== false).map(([name]) => name);
  }

  /** Writes the code of the scripts that have been loaded, with all functions that have been called. */
  keep() {
    setFlagsFromString(ROOM_GROWS); // the flags that it is loaded under
    for (const [name, script] of this.#scripts) {
      const file = `${this.#fileOf(name)}.${CACHE}`;
      if (!existsSync(file)) writeFileSync(file, script.createCachedData());
    }
  }

  /** The function of the chunk that its script is named after. */
  #read(name) {
    const file = this.#fileOf(name);
    const text = this.#contents.of(file).latin1Slice();
    const script = new Script(text, { filename: file, cachedData: this.#codeOf(file) });
    this.#scripts.set(name, script);
    for (const [chunk, defined] of Object.entries(script.runInThisContext())) this.#chunks.set(chunk, defined);
    return this.#chunks.get(name);
  }

  #codeOf(file) {
    try {
      return this.#contents.of(`${file}.${CACHE}`);
    } catch {
      return undefined; // bundled by another version
    }
  }

  #required(name) {
    return name.startsWith("./") ? this.load(name.slice(2, -".js".length)) : require(name);
  }

  #fileOf(name) {
    return `${this.#folder}/${name}.cjs`;
  }
}

/** What is in files, each until the next is read: all go through the same memory, as new memory costs as much as what is read into it. */
class Contents {
  #bytes = Buffer.allocUnsafeSlow(LARGEST_BYTES);

  /** @throws {Error} of Node, where it cannot be read */
  of(file) {
    const descriptor = openSync(file);
    try {
      const { size } = fstatSync(descriptor);
      if (size > this.#bytes.length) this.#bytes = Buffer.allocUnsafeSlow(size);
      let at = 0;
      for (let read = -1; at < size && read !== 0; at += read) read = readSync(descriptor, this.#bytes, at, size - at, null);
      return this.#bytes.subarray(0, at);
    } finally {
      closeSync(descriptor);
    }
  }
}

/**
 * Of a run that goes on, garbage is marked beside the work, as it would hold more memory without, and has the room that V8 finds right. By then
 * its chunks are loaded, under the flags of their code.
 */
function collectInLongRuns() {
  const flags = ["--incremental-marking", ROOM_GROWS];
  setTimeout(() => flags.forEach(setFlagsFromString), LONG_MS).unref();
}

/**
 * The C library gives freed memory back to the system, but for twice the largest piece that has been mapped and freed: one that is never touched
 * will do. Without it each function that V8 optimizes asks for that memory again, page by page.
 */
function keepFreedMemory() {
  new ArrayBuffer(KEPT_BYTES);
}

exports.CachedChunks = CachedChunks;
exports.collectInLongRuns = collectInLongRuns;
exports.keepFreedMemory = keepFreedMemory;
