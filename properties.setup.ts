import { configureGlobal } from "fast-check";

/**
 * The seed of every property: the same cases on every run, so that a red test speaks of the tree and not of the day. `pnpm laws` draws a fresh
 * one; a failure prints it, and `PROPERTY_SEED=… pnpm test` brings it back. How many cases there are is fixed.
 */
const seed = process.env["PROPERTY_SEED"] ?? "20261126";

process.env["TOKENYARD_CACHE"] ??= "off"; // tests make what they use

configureGlobal({ seed: seed === "fresh" ? Math.floor(Math.random() * 2 ** 31) : Number(seed) });
