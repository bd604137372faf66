import { readFileSync, writeFileSync } from "node:fs";
import type { LoadKind, ModelKind } from "@tokenyard/report";
import type { Residual, Shape } from "./residual.ts";

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

/** Empty of open loops. */
const SHAPE = ["version", "layout", "gpus", "promptTokens", "outputTokens"] as const;
const SIMULATED = ["ttft", "tpot", "e2e"] as const;

export function writeResiduals(path: string, residuals: readonly Residual[]): void {
  const head = [
    ...COLUMNS,
    ...PLAIN.map(([statement, time]) => `${statement}_${time}`),
    ...SHAPE,
    ...SIMULATED.map((time) => `simulated_${time}`),
  ];
  const lines = overFirst(residuals).map((each) =>
    [
      ...COLUMNS.map((column) => textOf(each[column])),
      ...PLAIN.map(([statement, time]) => (each.plain === undefined ? "" : textOf(each.plain[statement][time]))),
      ...SHAPE.map((key) => (each.shape === undefined ? "" : textOf(each.shape[key]))),
      ...SIMULATED.map((time) => (each.shape === undefined ? "" : textOf(each.shape.simulated[time]))),
    ].join(","),
  );
  writeFileSync(path, `${[head.join(","), ...lines].join("\n")}\n`);
}

/** Simulated means over those of the first run of the same model, lengths and users: ratios alone are kept. */
function overFirst(residuals: readonly Residual[]): Residual[] {
  const firsts = new Map<string, Shape["simulated"]>();
  return residuals.map((each) => {
    const { shape, model, users } = each;
    if (shape === undefined) return each;
    const key = [model, shape.promptTokens, shape.outputTokens, users].join(" ");
    const first = firsts.get(key) ?? shape.simulated;
    firsts.set(key, first);
    const simulated = Object.fromEntries(SIMULATED.map((time) => [time, shape.simulated[time] / first[time]]));
    return { ...each, shape: { ...shape, simulated: simulated as Shape["simulated"] } };
  });
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
      ...shapeOf(plain.slice(PLAIN.length)),
    };
  });
}

function shapeOf([version = "", layout = "", ...numbers]: readonly string[]): Pick<Residual, "shape"> {
  if (layout === "") return {};
  const [gpus, promptTokens, outputTokens, ttft, tpot, e2e] = numbers.map(Number) as [number, number, number, number, number, number];
  return { shape: { version, layout, gpus, promptTokens, outputTokens, simulated: { ttft, tpot, e2e } } };
}

function plainOf([engineTtft = "", ...others]: readonly string[]): Pick<Residual, "plain"> {
  if (engineTtft === "") return {};
  const [engineTpot, idealTtft, idealTpot] = others.map(Number) as [number, number, number];
  return { plain: { engine: { ttft: Number(engineTtft), tpot: engineTpot }, ideal: { ttft: idealTtft, tpot: idealTpot } } };
}

function textOf(value: string | number): string {
  return typeof value === "number" ? String(Number(value.toPrecision(4))) : value;
}
