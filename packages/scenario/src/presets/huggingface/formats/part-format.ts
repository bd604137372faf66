import type { Precision } from "../../../schema/precision.ts";
import { checkpointNames, type PartModules, type PartName } from "./part.ts";
import type { QuantisedModules } from "./quantisation.ts";
import type { Stored } from "./stored.ts";

/** How many matrices of a part are stored in a format, as checkpoints name it. */
export interface PartFormat {
  readonly name: PartName | "head";
  readonly format: string;
  readonly matrices: number;
}

/** Formats of all parts, as a checkpoint has them; those of a model that is not `quantised` are `unquantised`. */
export function formatsByPart(
  quantised: QuantisedModules | undefined,
  layers: readonly (readonly PartModules[])[],
  unquantised: Precision,
): readonly PartFormat[] {
  const counts = new Map<PartName | "head", Map<string, number>>();
  const count = (name: PartName | "head", stored: Stored | undefined) => {
    const ofPart = counts.get(name) ?? new Map<string, number>();
    const format = stored === undefined ? unquantised : wordOf(stored);
    counts.set(name, ofPart.set(format, (ofPart.get(format) ?? 0) + 1));
  };
  for (const [layer, parts] of layers.entries()) {
    for (const { part, name, modules, asOne } of parts) {
      const named = asOne === true ? modules.slice(0, 1) : modules;
      if (named.length === 0) count(name, undefined);
      for (const module of named) count(name, quantised?.stored(checkpointNames(module, layer), part));
    }
  }
  count("head", quantised?.head);
  return [...counts].flatMap(([name, ofPart]) => Array.from(ofPart, ([format, matrices]) => ({ name, format, matrices })));
}

/** `fp8_block`, `w4a16_nvfp4`, …: weights alone, and scales by blocks, are named. */
function wordOf({ format, alone, blocks }: Stored): string {
  if (format === "nvfp4" && alone) return "w4a16_nvfp4";
  return blocks === true ? `${format}_block` : format;
}

/** `attention q bf16 × 122, routed nvfp4 × 60`: undefined where all have the same format. */
export function formatsText(formats: readonly PartFormat[]): string | undefined {
  const ofLayers = formats.filter(({ name }) => name !== "head");
  if (new Set(ofLayers.map(({ format }) => format)).size < 2) return undefined;
  return `by part: ${formats.map(({ name, format, matrices }) => `${name} ${format}${matrices === 1 ? "" : ` × ${matrices}`}`).join(", ")}`;
}
