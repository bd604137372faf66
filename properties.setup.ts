import { configureGlobal } from "fast-check";

/**
 * The seed of every property: the same cases on every run, so that a red test speaks of the tree and not of the day. `pnpm laws` draws a fresh
 * one; a failure prints it, and `PROPERTY_SEED=… pnpm test` brings it back. How many cases there are is fixed: a quarter of all in a run that names no seed.
 */
const stated = process.env["PROPERTY_SEED"];
const seed = stated ?? "20261126";

declare global {
  /** How many of `all` cases of a property are drawn: all where a seed is stated, a quarter (2 at least) else. */
  var drawnCases: (all: number) => number;
}
globalThis.drawnCases = (all) => (stated === undefined ? Math.min(all, Math.max(2, Math.ceil(all / 4))) : all);

process.env["TOKENYARD_CACHE"] ??= "off"; // tests make what they use

configureGlobal({ seed: seed === "fresh" ? Math.floor(Math.random() * 2 ** 31) : Number(seed) });
