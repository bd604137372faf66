import { type Knob, knobOf } from "../knob.ts";
import type { Scenario } from "../schema/scenario.ts";
import { DOORS, type Door, wordsOf } from "./policy-words.ts";

/** A key beside the word of a plug-in, which alone knows its form. */
const OWN: Knob = { type: "own", unit: "" };

/**
 * Knobs of `scenario` by their paths, with all keys at doors where a word of a plug-in is in force, or may be as one of `varied` paths chooses
 * it. Without `scenario` that may be at any door.
 */
export function knobsOf(scenario: Scenario | undefined, varied: readonly string[] = []): (path: string) => Knob | undefined {
  const isOwn = (door: Door) => {
    if (scenario === undefined) return true;
    const isStated = scenario.policies?.some((policy) => policy.door === door) === true;
    return isStated || (wordsOf(scenario) !== undefined && (varied.includes(door) || varied.includes(`${door}.kind`)));
  };
  return (path) => {
    const door = DOORS.find((each) => path.startsWith(`${each}.`));
    return door !== undefined && path !== `${door}.kind` && isOwn(door) ? OWN : knobOf(path);
  };
}
