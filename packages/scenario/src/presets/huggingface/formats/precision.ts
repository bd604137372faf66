import type { ImpliedValue } from "../../../reading/written.ts";
import type { Precision, PrecisionSpec } from "../../../schema/precision.ts";
import { checkpointNames, PARTS, type Part, type PartModules } from "./part.ts";
import type { QuantisedModules } from "./quantisation.ts";
import type { Stored } from "./stored.ts";

/** Formats of a model's parts, as in `precision` of a scenario, with their origins. */
export interface PartFormats {
  readonly precision: Partial<Record<PrecisionPlace, Precision>> & Pick<PrecisionSpec, "weightOnly">;
  readonly implied: readonly ImpliedValue[];
}

type PrecisionPlace = "weights" | "experts" | "compute" | Exclude<Part, "routed">;

const WHOLE = "16 bits";

/** How many matrices of a part are stored in which way, the most first. */
interface Share {
  readonly stored: Stored | undefined;
  readonly matrices: number;
}

/**
 * Formats of the parts of a quantised model, whose other matrices are `unquantised`. A part with some layers in another format gets that of
 * most, with a note. All parts but the experts share `weights`, if no part differs.
 */
export function formatsOfParts(
  quantised: QuantisedModules,
  layers: readonly (readonly PartModules[])[],
  unquantised: Precision,
): PartFormats {
  const shares = sharesByPart(quantised, layers);
  const head = quantised.head;
  const formatOf = (part: Part) => shares.get(part)?.[0]?.stored?.format ?? unquantised;
  const held = PARTS.filter((part) => part !== "routed" && shares.has(part));
  if (held.length === 0) held.push("routed");
  const common = mostMatrices(held.map((part) => [formatOf(part), shares.get(part)!.reduce((sum, { matrices }) => sum + matrices, 0)]));

  const places: [PrecisionPlace, Part, Precision][] = [];
  const first = held.find((part) => formatOf(part) === common)!;
  places.push(["weights", first, common]);
  for (const part of held) {
    const follows = shares.has("attention") && OF_ATTENTION.has(part) ? formatOf("attention") : common;
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

/** Parts that have the format of the attention where they have none of their own. */
const OF_ATTENTION: ReadonlySet<Part> = new Set(["attentionOutput", "indexer", "linear"]);

function sharesByPart(quantised: QuantisedModules, layers: readonly (readonly PartModules[])[]): ReadonlyMap<Part, readonly Share[]> {
  const byPart = new Map<Part, Map<string, { stored: Stored | undefined; matrices: number }>>();
  for (const [layer, parts] of layers.entries()) {
    for (const { part, modules } of parts) {
      const byWay = byPart.get(part) ?? new Map<string, { stored: Stored | undefined; matrices: number }>();
      byPart.set(part, byWay);
      for (const stored of modules.length === 0
        ? [undefined]
        : modules.map((module) => quantised.stored(checkpointNames(module, layer), part))) {
        const way = stored === undefined ? "" : `${stored.format} ${stored.alone}`;
        const known = byWay.get(way) ?? { stored, matrices: 0 };
        known.matrices++;
        byWay.set(way, known);
      }
    }
  }
  return new Map(Array.from(byPart, ([part, byWay]) => [part, [...byWay.values()].sort((a, b) => b.matrices - a.matrices)]));
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
