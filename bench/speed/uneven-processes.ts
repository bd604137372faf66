import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { HOUSE } from "../house.ts";
import { meteredText, tokenyard } from "./meter.ts";
import { duration, type Row, times } from "./row.ts";

interface Load {
  readonly what: string;
  readonly file: string;
  readonly set: readonly string[];
  /** Processes of each kind, in turn. */
  readonly rounds: number;
}

const LOGNORMAL = "routing.gate={ kind: lognormal, sigma: 1.05 }";

const LOADS: readonly Load[] = [
  { what: "W5, 1,000 requests: uniform", file: "w5", set: ["workload.requests=1000", "routing.gate=uniform"], rounds: 5 },
  { what: "W5, 1,000 requests: lognormal 1.05", file: "w5", set: ["workload.requests=1000", LOGNORMAL], rounds: 5 },
  { what: "wide-512: uniform", file: "wide-512", set: ["routing.gate=uniform"], rounds: 3 },
  { what: "W5, 10,000 requests: lognormal 1.05", file: "w5", set: [LOGNORMAL], rounds: 2 },
];

/** GPUs, each with an expert and a data group. */
const LARGE = [4096, 16_384] as const;

function largeRow(size: number): Row {
  const set = [`parallelism.expert=${size}`, `model.experts.count=${size}`, "mostWork=1000 s", "routing.resolution=law"];
  const options = ["--no-cache", ...set.flatMap((text) => ["--set", text])];
  const process = tokenyard(["run", "--json", "--replications", "1", join(HOUSE, "bench", "serving", "groups-512.yaml"), ...options]);
  return { what: `${size} GPUs, experts and data groups, 128 sequences: uniform, by the law, whole process`, value: meteredText(process) };
}

/** Whole processes whose experts go by their law, against those with an even gate: with tables that are kept, and without. Of the cores, in turn. */
export function unevenProcesses(): Row[] {
  const cache = mkdtempSync(join(tmpdir(), "tokenyard-cache-"));
  const before = process.env["TOKENYARD_CACHE"];
  process.env["TOKENYARD_CACHE"] = cache;
  try {
    return [...LOADS.flatMap(rowsOf), ...LARGE.map(largeRow)];
  } finally {
    if (before === undefined) delete process.env["TOKENYARD_CACHE"];
    else process.env["TOKENYARD_CACHE"] = before;
    rmSync(cache, { recursive: true });
  }
}

function rowsOf({ what, file, set, rounds }: Load): Row[] {
  const coreSeconds = (options: readonly string[]) => {
    const settings = options.flatMap((option) => (option.startsWith("--") ? [option] : ["--set", option]));
    return tokenyard(["run", "--json", "--replications", "1", join(HOUSE, "bench", "serving", `${file}.yaml`), ...settings]).coreSeconds;
  };
  const law = [...set, "routing.resolution=law"];
  const kinds = [[...set, "routing.gate=balanced"], law, [...law, "--no-cache"]];
  coreSeconds(law); // keeps its tables
  const least = kinds.map(() => Number.POSITIVE_INFINITY);
  for (let round = 0; round < rounds; round++)
    for (const [i, options] of kinds.entries()) least[i] = Math.min(least[i]!, coreSeconds(options));
  const [even, kept, made] = least as [number, number, number];
  return [
    { what: `${what}, by the law, whole process with tables on disk`, value: duration(kept), ratio: `${times(kept / even)} an even gate` },
    {
      what: `${what}, by the law, whole process that makes its tables`,
      value: duration(made),
      ratio: `${times(made / even)} an even gate`,
    },
  ];
}
