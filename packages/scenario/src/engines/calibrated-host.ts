import { gpuByValues } from "../presets/known-by-values.ts";
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
  verify: "step",
  draft: "step",
  arrival: "arrival",
  arrivalToken: "arrival",
} as const;
const OVERHEAD = "serving.stepOverhead.";
const CALIBRATED = ", as calibrated";

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

type Worked = Pick<Setting, "path" | "value" | "from">;

function scaled<Each extends Worked>(setting: Each, host: Partial<HostTimesSpec>): Each {
  const key = setting.path.startsWith(OVERHEAD) ? setting.path.slice(OVERHEAD.length) : "";
  const factor = Object.hasOwn(PART_OF, key) ? host[PART_OF[key as keyof typeof PART_OF]] : undefined;
  const seconds = parseQuantity(String(setting.value), "s");
  if (typeof factor !== "number" || typeof seconds !== "number") return setting;
  return { ...setting, value: microseconds(seconds * factor), from: `${setting.from}${CALIBRATED}` };
}

function microseconds(seconds: number): string {
  return `${Number((seconds * 1e6).toPrecision(6))} us`;
}

/**
 * The `resolved` tree of a scenario with `calibration` in place of its own: host times that its engine set are as that has them, and stated ones
 * stay. Its records say that they are worked out, so that parsing scales none.
 */
export function withCalibration(resolved: object, calibration: object): object {
  const set = valueAt(resolved, ["engine", "set"]);
  const whole = { ...resolved, calibration };
  if (typeof set !== "object" || set === null || valueAt(resolved, ["pools"]) !== undefined) return whole;
  const known = { engine: valueAt(resolved, ["engine", "name"]), version: String(valueAt(resolved, ["engine", "version"])) };
  const gpu = gpuByValues(valueAt(resolved, ["cluster", "gpu"]) as Parameters<typeof gpuByValues>[0]);
  const before = valueAt(resolved, ["calibration", "hostTimes"]) as Partial<HostTimesSpec> | undefined;
  const given = valueAt(calibration, ["hostTimes"]) as Partial<HostTimesSpec> | undefined;
  const isOfIt =
    given?.engine === known.engine && plainVersion(String(given?.version)) === plainVersion(known.version) && given?.gpu === gpu;
  const settings = Object.entries(set).flatMap(([path, from]): Worked[] => {
    const value = path.startsWith(OVERHEAD) ? valueAt(resolved, path.split(".")) : undefined;
    if (typeof value !== "string") return [];
    const setting = unscaled({ path, value, from: String(from) }, before);
    return [isOfIt ? scaled(setting, given!) : setting];
  });
  const serving = valueAt(resolved, ["serving"]) as { readonly stepOverhead?: object } | undefined;
  const overhead = Object.fromEntries(settings.map(({ path, value }) => [path.slice(OVERHEAD.length), value]));
  const records = Object.fromEntries(settings.map(({ path, from }) => [path, from]));
  return {
    ...whole,
    serving: { ...serving, stepOverhead: { ...serving?.stepOverhead, ...overhead } },
    engine: { ...(valueAt(resolved, ["engine"]) as object), set: { ...set, ...records } },
  };
}

/** `setting` as the engine alone has it, where it was scaled with `host`. */
function unscaled(setting: Worked, host: Partial<HostTimesSpec> | undefined): Worked {
  const part = PART_OF[setting.path.slice(OVERHEAD.length) as keyof typeof PART_OF];
  const factor = host?.[part];
  const seconds = parseQuantity(String(setting.value), "s");
  if (!setting.from.endsWith(CALIBRATED) || typeof factor !== "number" || typeof seconds !== "number") return setting;
  return { ...setting, value: microseconds(seconds / factor), from: setting.from.slice(0, -CALIBRATED.length) };
}

/** Version without a last part of 0: `0.19.0` becomes `0.19`. */
export function plainVersion(version: string): string {
  return version.replace(/^(\d+\.\d+)\.0$/, "$1");
}
