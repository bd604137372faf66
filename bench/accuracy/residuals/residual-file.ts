import { readFileSync, writeFileSync } from "node:fs";
import type { LoadKind, ModelKind } from "@tokenyard/report";
import type { Residual } from "./residual.ts";

const COLUMNS = ["engine", "kind", "load", "model", "gpu", "curve", "users", "ttft", "tpot", "e2e"] as const;

/** From the root. */
export const RESIDUALS_FILE = "bench/accuracy/residuals/residuals.csv";

export function writeResiduals(path: string, residuals: readonly Residual[]): void {
  const lines = residuals.map((each) => COLUMNS.map((column) => textOf(each[column])).join(","));
  writeFileSync(path, `${[COLUMNS.join(","), ...lines].join("\n")}\n`);
}

export function readResiduals(path: string): Residual[] {
  const [, ...lines] = readFileSync(path, "utf8").trimEnd().split("\n");
  return lines.map((line) => {
    const [engine = "", kind, load, model = "", gpu = "", curve = "", users, ttft, tpot, e2e] = line.split(",");
    const ratios = { ttft: Number(ttft), tpot: Number(tpot), e2e: Number(e2e) };
    return { engine, kind: kind as ModelKind, load: load as LoadKind, model, gpu, curve, users: Number(users), ...ratios };
  });
}

function textOf(value: string | number): string {
  return typeof value === "number" ? String(Number(value.toPrecision(4))) : value;
}
