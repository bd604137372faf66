import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Row } from "../table.ts";

/** Path from the root. */
const PROGRAM = "packages/cli/bin/tokenyard.js";

/** A file of a layer profile, as LLMServingSim writes it: its columns, each with where the table of layers has it. */
interface ProfileFile {
  readonly name: string;
  readonly columns: Readonly<Record<string, string>>;
  readonly holds: (row: Row) => boolean;
}

const OF_SEQUENCES = new Set(["lm_head", "sampler"]);

const FILES: readonly ProfileFile[] = [
  {
    name: "attention.csv",
    columns: { prefill_chunk: "tokens", kv_prefill: "kv_prefill", n_decode: "sequences", kv_decode: "kv_decode", time_us: "us" },
    holds: ({ layer }) => layer === "attention",
  },
  {
    name: "moe.csv",
    columns: { tokens: "tokens", activated_experts: "active_experts", time_us: "us" },
    holds: ({ layer }) => layer === "moe",
  },
  {
    name: "per_sequence.csv",
    columns: { layer: "layer", sequences: "sequences", time_us: "us" },
    holds: ({ layer }) => OF_SEQUENCES.has(layer ?? ""),
  },
  {
    name: "dense.csv",
    columns: { layer: "layer", tokens: "tokens", time_us: "us" },
    holds: ({ layer }) => layer !== "attention" && layer !== "moe" && !OF_SEQUENCES.has(layer ?? ""),
  },
];

/** Files of a layer profile that hold `rows`, as LLMServingSim's profiler writes them. */
export function profileFiles(rows: readonly Row[]): { readonly name: string; readonly text: string }[] {
  return FILES.flatMap(({ name, columns, holds }) => {
    const own = rows.filter(holds);
    const lines = own.map((row) => Object.values(columns).map((column) => (row[column] === "" ? "0" : row[column])));
    return own.length === 0 ? [] : [{ name, text: [Object.keys(columns), ...lines].map((line) => `${line.join(",")}\n`).join("") }];
  });
}

/** A profile's rows as the table of kernels that `tokenyard import-kernels` makes of them: `model` is a preset, shared by `tensor` ranks. */
export function importedProfile(rows: readonly Row[], model: string, tensor: number): string {
  const folder = mkdtempSync(join(tmpdir(), "profile-"));
  try {
    const paths = profileFiles(rows).map(({ name, text }) => {
      writeFileSync(join(folder, name), text);
      return join(folder, name);
    });
    const table = join(folder, "kernels.csv");
    execFileSync(process.execPath, [PROGRAM, "import-kernels", ...paths, "--model", model, "--tensor", String(tensor), "--out", table]);
    return readFileSync(table, "utf8");
  } finally {
    rmSync(folder, { recursive: true });
  }
}
