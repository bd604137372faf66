import type { PresetPlace } from "../schema/language/trait.ts";
import { PRESETS } from "./registry.ts";

/** A preset as it is shown. */
export interface PresetEntry {
  /** Place where it may be named: a GPU, a model, a network, a tier of one, or an engine's reaction to faults. */
  readonly kind: PresetPlace;
  readonly name: string;
  readonly about: string;
  readonly source: string;
  /** Values of the preset, a plain tree that may be written as YAML. */
  readonly body: object;
  /** Values of the map in which it is named, where that map does not state them. */
  readonly beside: object;
  /** Keys of the body that are assumptions. */
  readonly assumed: readonly string[];
}

/** All presets, by kind in the order of the registry. */
export function presetList(): PresetEntry[] {
  return Object.entries(PRESETS).flatMap(([kind, presets]) =>
    Object.entries(presets).map(([name, { about, source, values, beside = {}, assumed = [] }]) => ({
      kind: kind as PresetPlace,
      name,
      about,
      source,
      body: copied(values) as object,
      beside: copied(beside) as object,
      assumed: assumed.map((each) => (typeof each === "string" ? each : each.path)),
    })),
  );
}

/** Copies of the lists and maps of `tree`, so that no caller changes a preset. */
function copied(tree: unknown): unknown {
  if (Array.isArray(tree)) return tree.map(copied);
  if (typeof tree !== "object" || tree === null) return tree;
  return Object.fromEntries(Object.entries(tree).map(([key, value]) => [key, copied(value)]));
}
