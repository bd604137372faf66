import type { ImpliedValue } from "../../../reading/written.ts";
import type { Precision, PrecisionSpec } from "../../../schema/precision.ts";
import { checkpointNames, type ModuleNames, type Part } from "./part.ts";
import type { QuantisedModules } from "./quantisation.ts";
import type { Stored } from "./stored.ts";

/** Layers of a model that have a part. */
export interface PartLayers {
  readonly part: Exclude<Part, "head">;
  readonly layers: readonly number[];
}

/** Formats of a model's parts, as `precision` of a scenario has them, and what they follow from. */
export interface PartFormats {
  readonly precision: Partial<Record<PrecisionPlace, Precision>> & Pick<PrecisionSpec, "weightOnly">;
  readonly implied: readonly ImpliedValue[];
}

type PrecisionPlace = "weights" | "experts" | "compute" | "attention" | "attentionOutput" | "dense" | "shared" | "head";

const WHOLE = "16 bits";

/** How many matrices of a part are stored in which way, the most first. */
interface Share {
  readonly stored: Stored | undefined;
  readonly matrices: number;
}

/**
 * What a quantisation makes of the parts of a model, whose other matrices are `unquantised`. A part of which some layers are stored otherwise than most is
 * taken for what most are, and that is said. All parts but the experts share `weights`, where no part differs.
 */
export function formatsOfParts(
  quantised: QuantisedModules,
  names: ModuleNames,
  parts: readonly PartLayers[],
  unquantised: Precision,
): PartFormats {
  const shares = new Map<Part, readonly Share[]>(parts.map(({ part, layers }) => [part, sharesOf(quantised, names[part], part, layers)]));
  const head = quantised.named?.(checkpointNames("lm_head"));
  const formatOf = (part: Part) => shares.get(part)?.[0]?.stored?.format ?? unquantised;
  const held = parts.map(({ part }) => part).filter((part) => part !== "routed");
  const common = mostMatrices(held.map((part) => [formatOf(part), shares.get(part)!.reduce((sum, { matrices }) => sum + matrices, 0)]));

  const places: [PrecisionPlace, Part, Precision][] = [];
  const first = held.find((part) => formatOf(part) === common)!;
  places.push(["weights", first, common]);
  for (const part of held) {
    const follows = part === "attentionOutput" ? formatOf("attention") : common;
    if (formatOf(part) !== follows) places.push([part as PrecisionPlace, part, formatOf(part)]);
  }
  if (shares.has("routed") && formatOf("routed") !== common) places.push(["experts", "routed", formatOf("routed")]);

  const implied = places.flatMap(([place, part, format]): ImpliedValue[] => {
    const because = reasonOf(shares.get(part)!, unquantised);
    return because === undefined ? [] : [{ path: ["precision", place], value: format, because }];
  });
  const precision: PartFormats["precision"] = Object.fromEntries(places.map(([place, , format]) => [place, format]));
  const alone = [...shares].flatMap(([part, [most]]) => (most!.stored?.alone === true && multiplies(most!.stored.format) ? [part] : []));
  const quantisedParts = [...shares.values()].filter(([most]) => most!.stored !== undefined);
  if (head !== undefined) {
    precision.head = head.format;
    implied.push({ path: ["precision", "head"], value: head.format, because: head.because });
  }
  if (alone.length === 0) return { precision, implied };
  if (alone.length === quantisedParts.length) {
    const because = `${shares.get(alone[0]!)![0]!.stored!.because}, of weights alone`;
    return {
      precision: { ...precision, compute: unquantised },
      implied: [...implied, { path: ["precision", "compute"], value: unquantised, because }],
    };
  }
  const weightOnly = alone as NonNullable<PrecisionSpec["weightOnly"]>;
  const because = [...new Set(alone.map((part) => shares.get(part)![0]!.stored!.because))].join(" and ");
  return {
    precision: { ...precision, weightOnly },
    implied: [...implied, { path: ["precision", "weightOnly"], value: weightOnly, because }],
  };
}

/** Formats in which matrices multiply where a GPU can; all others are widened in any case. */
function multiplies(format: Precision): boolean {
  return format === "fp8" || format === "int8" || format === "nvfp4";
}

function sharesOf(quantised: QuantisedModules, modules: readonly string[], part: Part, layers: readonly number[]): readonly Share[] {
  const count = layers.length * modules.length;
  if (quantised.expertsAlone !== undefined) return [{ stored: part === "routed" ? quantised.expertsAlone : undefined, matrices: count }];
  const byWay = new Map<string, { stored: Stored | undefined; matrices: number }>();
  for (const layer of layers) {
    for (const module of modules) {
      const stored = quantised.stored(checkpointNames(module, layer));
      const way = stored === undefined ? "" : `${stored.format} ${stored.alone}`;
      const known = byWay.get(way) ?? { stored, matrices: 0 };
      known.matrices++;
      byWay.set(way, known);
    }
  }
  return [...byWay.values()].sort((a, b) => b.matrices - a.matrices);
}

/** `quant_method fp8`; `left out of it`; `… of 58 matrices, 3 in 16 bits`: undefined where nothing is quantised. */
function reasonOf(shares: readonly Share[], unquantised: Precision): string | undefined {
  const [most, ...others] = shares as [Share, ...Share[]];
  const because = most.stored?.because ?? `${unquantised}, left out of what is quantised`;
  if (others.length === 0) return because;
  const rest = others.map(({ stored, matrices }) => `${matrices} in ${stored?.format ?? WHOLE}`).join(", ");
  return `${because}: most of its matrices, taken for all; ${rest}`;
}

function mostMatrices(formats: readonly (readonly [Precision, number])[]): Precision {
  const sums = new Map<Precision, number>();
  for (const [format, matrices] of formats) sums.set(format, (sums.get(format) ?? 0) + matrices);
  return [...sums].reduce((most, each) => (each[1] > most[1] ? each : most))[0];
}
