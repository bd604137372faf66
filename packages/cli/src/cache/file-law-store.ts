import { readdirSync, readFileSync, renameSync, rmSync, statSync, utimesSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { threadId } from "node:worker_threads";
import { type KeptDraws, type LawNodes, type LawStore, MemoryLawStore } from "@tokenyard/simulator";
import { fileOfNodes, nodesOfFile } from "./law-file.ts";
import { makeFolder } from "./make-folder.ts";

const MEBIBYTE = 1024 * 1024;
/** Limit for all files together; after this many bytes were written, their sizes are checked again. */
const MOST_BYTES = 256 * MEBIBYTE;
const LOOK_SHARE = 1 / 8;
/** A table that has grown by less is not written again. */
const LEAST_GROWTH = 0.05;
const DAY_MS = 86_400_000;
/** Drafts of writers that died. */
const OLD_DRAFT_MS = 3_600_000;
/** Files of ours, and drafts of them: the folder may be one that others use too. */
const OURS = /\.law(\.[\d-]+\.draft)?$/;

/** State of the file of an open table. */
interface Seen {
  /** Stamp of the file that was read or written last. */
  stamp: string | undefined;
  /** Number of nodes in the file. */
  count: number;
}

/** Tables in a folder, which threads and processes share. Whatever is wrong with the folder or its files costs time, and no run. */
export class FileLawStore implements LawStore {
  readonly #folder: string;
  readonly #mostBytes: number;
  readonly #memory = new MemoryLawStore();
  readonly #seen = new WeakMap<LawNodes, Seen>();
  #isWritable = true;
  /** Bytes written since the last check of all files. */
  #written = Number.POSITIVE_INFINITY;

  /** `folder` of the cache. */
  constructor(folder: string, mostBytes = MOST_BYTES) {
    this.#folder = join(folder, "law");
    this.#mostBytes = mostBytes;
  }

  open(key: string): LawNodes {
    const nodes = this.#memory.open(key);
    this.#read(key, nodes);
    return nodes;
  }

  keep(key: string, nodes: LawNodes): void {
    this.#memory.keep();
    const seen = this.#seen.get(nodes)!;
    const hasGrown = () => nodes.count > seen.count * (1 + LEAST_GROWTH);
    if (!this.#isWritable || !hasGrown()) return;
    this.#read(key, nodes); // another may have written meanwhile
    if (!hasGrown()) return;
    const file = fileOfNodes(nodes);
    if (file.length > this.#mostBytes * LOOK_SHARE) return;
    try {
      this.#write(key, file);
      seen.count = nodes.count;
      seen.stamp = stampOf(this.#pathOf(key));
    } catch {
      this.#isWritable = false;
    }
  }

  draws(key: string): KeptDraws {
    return this.#memory.draws(key);
  }

  #pathOf(key: string): string {
    return join(this.#folder, `${key}.law`);
  }

  /** Adds to `nodes` those of the file, where it has changed. */
  #read(key: string, nodes: LawNodes): void {
    const seen: Seen = this.#seen.get(nodes) ?? { stamp: undefined, count: 0 };
    this.#seen.set(nodes, seen);
    try {
      const path = this.#pathOf(key);
      const stamp = stampOf(path);
      if (stamp === undefined || stamp === seen.stamp) return;
      const read = nodesOfFile(readFileSync(path));
      seen.stamp = stamp;
      seen.count = read?.count ?? 0;
      if (read === undefined) return;
      nodes.addAll(read);
      this.#touch(path);
    } catch {
      // as if there were no file
    }
  }

  #write(key: string, file: Buffer): void {
    makeFolder(resolve(this.#folder));
    const path = this.#pathOf(key);
    const draft = `${path}.${process.pid}-${threadId}.draft`;
    try {
      writeFileSync(draft, file);
      renameSync(draft, path);
    } finally {
      rmSync(draft, { force: true });
    }
    this.#written += file.length;
    if (this.#written > this.#mostBytes * LOOK_SHARE) this.#clear();
  }

  /** Removes the files that were not used for longest, until the others have room. */
  #clear(): void {
    this.#written = 0;
    const nowMs = Date.now();
    const ours = readdirSync(this.#folder).filter((name) => OURS.test(name));
    const files = ours.flatMap((name) => {
      const path = join(this.#folder, name);
      const stat = statSync(path, { throwIfNoEntry: false });
      return stat?.isFile() ? [{ path, bytes: stat.size, usedMs: stat.mtimeMs, isDraft: name.endsWith(".draft") }] : [];
    });
    let bytes = files.reduce((sum, file) => sum + file.bytes, 0);
    for (const { path, bytes: own, usedMs, isDraft } of files.sort((a, b) => a.usedMs - b.usedMs)) {
      if (isDraft ? nowMs - usedMs <= OLD_DRAFT_MS : bytes <= this.#mostBytes) continue;
      rmSync(path, { force: true });
      bytes -= own;
    }
  }

  /** A file that is used does not count as old. */
  #touch(path: string): void {
    const now = Date.now();
    const { mtimeMs } = statSync(path);
    if (now - mtimeMs > DAY_MS) utimesSync(path, now / 1e3, now / 1e3);
  }
}

/** When the file was written, and how long it is; undefined where there is none. */
function stampOf(path: string): string | undefined {
  const stat = statSync(path, { throwIfNoEntry: false });
  return stat && `${stat.mtimeMs}/${stat.size}/${stat.ino}`;
}
