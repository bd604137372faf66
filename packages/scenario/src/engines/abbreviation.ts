import { type Engine, plainName } from "./flag.ts";
import { knownFlag } from "./known-flag.ts";

/** Engines whose launch lines Python's argparse reads, which leave its abbreviations on; click, which reads those of TensorRT-LLM, has none. */
const ABBREVIATES: ReadonlySet<string> = new Set(["vllm", "sglang"]);

/** The modelled flag that `name` abbreviates, if no other flag begins so and none has that name: `tensor-parallel-size` for `--tensor-par`. */
export function abbreviatedFlag(engine: Engine, name: string): string | undefined {
  const begun = begunFlags(engine, name);
  return begun.length === 1 ? begun[0] : undefined;
}

/** Flags that begin with `name`, which is not a flag itself, if one of them is modelled: argparse refuses several. */
export function begunFlags(engine: Engine, name: string): readonly string[] {
  const plain = plainName(name).replace(/^-+/, "");
  if (!ABBREVIATES.has(engine.name) || plain === "" || knownFlag(engine, name).kind !== "unknown") return [];
  const begins = (flag: string) => plainName(flag).startsWith(plain);
  const begun = engine.flags.filter(({ name: flag, also = [] }) => [flag, ...also].some(begins)).map((flag) => flag.name);
  return begun.length === 0 ? [] : [...begun, ...[...engine.harmless].filter(begins)];
}
