import type { PresetNames } from "../presets/preset-names.ts";
import { parseQuantity } from "../quantities/quantity.ts";
import { valueAt } from "../schema/language/structure.ts";
import type { HostTimesSpec } from "../schema/study/calibration.ts";
import type { Setting } from "./settings.ts";
import { surroundingsOf } from "./settings-for.ts";
import type { Version } from "./version.ts";

/** Keys of `serving.stepOverhead` by the part of a calibration that they are scaled with. */
const PART_OF = {
  step: "step",
  layer: "step",
  request: "request",
  promptStep: "prompt",
  promptLayer: "prompt",
  prompt: "prompt",
  promptToken: "prompt",
  arrival: "arrival",
  arrivalToken: "arrival",
} as const;
const OVERHEAD = "serving.stepOverhead.";

/** `settings` with the host times of the tree's calibration, where that is of this engine, version and GPU. */
export function withCalibratedHost(
  settings: readonly Setting[],
  tree: unknown,
  engine: string,
  version: Version,
  names: PresetNames,
): readonly Setting[] {
  const host = valueAt(tree, ["calibration", "hostTimes"]) as Partial<HostTimesSpec> | undefined;
  if (typeof host !== "object" || host === null || valueAt(tree, ["pools"]) !== undefined) return settings;
  const { gpu } = surroundingsOf(tree, names, version);
  if (host.engine !== engine || plainVersion(String(host.version)) !== plainVersion(version.text) || host.gpu !== gpu.name) return settings;
  return settings.map((setting) => scaled(setting, host));
}

function scaled(setting: Setting, host: Partial<HostTimesSpec>): Setting {
  const key = setting.path.startsWith(OVERHEAD) ? setting.path.slice(OVERHEAD.length) : "";
  const factor = Object.hasOwn(PART_OF, key) ? host[PART_OF[key as keyof typeof PART_OF]] : undefined;
  const seconds = parseQuantity(String(setting.value), "s");
  if (typeof factor !== "number" || typeof seconds !== "number") return setting;
  return { ...setting, value: `${Number((seconds * factor * 1e6).toPrecision(6))} us`, from: `${setting.from}, as calibrated` };
}

/** Without a last part of 0: `0.19.0` is `0.19`. */
export function plainVersion(version: string): string {
  return version.replace(/^(\d+\.\d+)\.0$/, "$1");
}
