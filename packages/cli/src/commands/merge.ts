import { mergeShards } from "../results/merge.ts";
import { counted } from "../terminal/amount.ts";
import { type ExitCode, FINE } from "../terminal/exit-code.ts";
import type { Terminal } from "../terminal/terminal.ts";

export interface MergeCommandOptions {
  /** File for all rows. */
  readonly out: string;
  /** Whether shards may be missing. */
  readonly partial?: boolean;
}

/** Merges the shards of a sweep, each of which is in a study file. */
export async function merge(
  files: readonly string[],
  { out, partial = false }: MergeCommandOptions,
  terminal: Terminal,
): Promise<ExitCode> {
  const { points, failed, missing } = await mergeShards(files, out, partial);
  terminal.out.write(`${out}: ${counted(points, "point")} of ${counted(files.length, "shard")}\n`);
  const again = `the same sweep with --out ${out} --resume runs them`;
  if (failed > 0) terminal.err.write(`${counted(failed, "point")} failed; ${again}\n`);
  if (missing.length > 0) terminal.err.write(`points ${missing.join(", ")}, and maybe others, are missing; ${again}\n`);
  return FINE;
}
