import type { MixerFit } from "./mixer-fit.ts";

const CACHED = ["bandwidthEfficiency", "cache", "kept"];
const SPARSE = [
  ...[
    "block",
    "library",
    "precision",
    "products",
    "mostHeads",
    "error",
    "host",
    "launch",
    "row",
    "sequence",
    "serial",
    "computeEfficiency",
  ],
  ...["bandwidthEfficiency", "scores", "scoresLaunch", "scoresEfficiency", "scoresBandwidth", "select", "selectEntry"],
];
const STATE = ["rule", "library", "error", "launch"];

/** Columns of the fits of each kind, behind the kind. */
export const FIT_COLUMNS: Readonly<Record<MixerFit["kind"], readonly string[]>> = {
  "convolution-prompt": [...STATE, "walk", "item", "serial", ...CACHED],
  "convolution-decode": [...STATE, "walk", "item", "serial", ...CACHED],
  "scan-decode": [...STATE, ...CACHED],
  "scan-prompt": [...STATE, "walk", "step", "item", "token", "serial", "bandwidthEfficiency", "waves"],
  "sparse-prompt": SPARSE,
  "sparse-decode": SPARSE,
};

/** The fits of a table: a line each, cells apart by spaces; `-`: none. */
export function fitsOfTable(table: string): readonly MixerFit[] {
  return table
    .trim()
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => {
      const [kind, ...cells] = line.split(" ") as [MixerFit["kind"], ...string[]];
      const values = FIT_COLUMNS[kind].map((name, i) => [name, cellValue(cells[i]!)] as const);
      return { kind, ...Object.fromEntries(values.filter(([, value]) => value !== undefined)) } as unknown as MixerFit;
    });
}

function cellValue(cell: string): string | number | undefined {
  if (cell === "-") return undefined;
  return Number.isNaN(Number(cell)) ? cell : Number(cell);
}
