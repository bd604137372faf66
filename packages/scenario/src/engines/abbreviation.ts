import { type Engine, plainName } from "./flag.ts";
import { knownFlag } from "./known-flag.ts";

/** Engines whose launch lines Python's argparse reads, which leave its abbreviations on; click, which reads those of TensorRT-LLM, has none. */
const ABBREVIATES: ReadonlySet<string> = new Set(["vllm", "sglang"]);

/** The flag that sets something here of which `name` is the beginning, if it is that of no other and no flag itself: `tensor-parallel-size` of `--tensor-par`. */
export function abbreviatedFlag(engine: Engine, name: string): string | undefined {
  const begun = begunFlags(engine, name);
  return begun.length === 1 ? begun[0] : undefined;
}

/** The flags of which `name`, which is none itself, is the beginning, where one of them sets something here: argparse refuses several. */
export function begunFlags(engine: Engine, name: string): readonly string[] {
  const plain = plainName(name).replace(/^-+/, "");
  if (!ABBREVIATES.has(engine.name) || plain === "" || knownFlag(engine, name).kind !== "unknown") return [];
  const begins = (flag: string) => plainName(flag).startsWith(plain);
  const begun = engine.flags.filter(({ name: flag, also = [] }) => [flag, ...also].some(begins)).map((flag) => flag.name);
  return begun.length === 0 ? [] : [...begun, ...[...engine.harmless].filter(begins)];
}
