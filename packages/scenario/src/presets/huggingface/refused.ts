import { nearest } from "../../problems/nearest.ts";
import type { Problem } from "../../problems/problem.ts";
import { shorten } from "../../problems/shorten.ts";
import { either } from "../../schema/language/wanted.ts";
import { ARCHITECTURES, MISSING } from "./architectures.ts";

/** Says what is missing where the name is known, else the nearest that can be read. */
export function unknownArchitecture(name: unknown): Problem {
  const known = Object.keys(ARCHITECTURES);
  const missing = typeof name === "string" && Object.hasOwn(MISSING, name) ? MISSING[name] : undefined;
  if (missing !== undefined) return refused(String(name), `another architecture: ${missing}`);
  const suggestion = typeof name === "string" ? nearest(name, known) : undefined;
  const given = name === undefined ? "no architectures" : shorten(name);
  return { ...refused(given, `the architecture ${either(known)}`), ...(suggestion === undefined ? {} : { suggestion }) };
}

/** A problem of a config, at `model.huggingface`. */
export function refused(given: string, wanted: string): Problem {
  return { path: ["model", "huggingface"], given, wanted };
}
