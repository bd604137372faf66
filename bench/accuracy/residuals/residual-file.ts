import { readFileSync, writeFileSync } from "node:fs";
import type { LoadKind, ModelKind } from "@tokenyard/report";
import type { Residual } from "./residual.ts";

const COLUMNS = ["engine", "kind", "load", "model", "gpu", "curve", "users", "ttft", "tpot", "e2e"] as const;

/** From the root: what the table of the bundle and docs/accuracy/serving.md are made of. */
export const RATIOS_FILE = "bench/accuracy/serving/ratios.csv";

/** Empty where a run was simulated as its launch line has it alone. */
const PLAIN = [
  ["engine", "ttft"],
  ["engine", "tpot"],
  ["ideal", "ttft"],
  ["ideal", "tpot"],
] as const;

export function writeResiduals(path: string, residuals: readonly Residual[]): void {
  const head = [...COLUMNS, ...PLAIN.map(([statement, time]) => `${statement}_${time}`)];
  const lines = residuals.map((each) =>
    [
      ...COLUMNS.map((column) => textOf(each[column])),
      ...PLAIN.map(([statement, time]) => (each.plain === undefined ? "" : textOf(each.plain[statement][time]))),
    ].join(","),
  );
  writeFileSync(path, `${[head.join(","), ...lines].join("\n")}\n`);
}

export function readResiduals(path: string): Residual[] {
  const [, ...lines] = readFileSync(path, "utf8").trimEnd().split("\n");
  return lines.map((line) => {
    const [engine = "", kind, load, model = "", gpu = "", curve = "", users, ttft, tpot, e2e, ...plain] = line.split(",");
    const ratios = { ttft: Number(ttft), tpot: Number(tpot), e2e: Number(e2e) };
    return {
      engine,
      kind: kind as ModelKind,
      load: load as LoadKind,
      model,
      gpu,
      curve,
      users: Number(users),
      ...ratios,
      ...plainOf(plain),
    };
  });
}

function plainOf([engineTtft = "", ...others]: readonly string[]): Pick<Residual, "plain"> {
  if (engineTtft === "") return {};
  const [engineTpot, idealTtft, idealTpot] = others.map(Number) as [number, number, number];
  return { plain: { engine: { ttft: Number(engineTtft), tpot: engineTpot }, ideal: { ttft: idealTtft, tpot: idealTpot } } };
}

function textOf(value: string | number): string {
  return typeof value === "number" ? String(Number(value.toPrecision(4))) : value;
}
