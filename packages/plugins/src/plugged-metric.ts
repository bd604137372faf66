import type { MeasuringPolicy } from "./doors.ts";
import { type Asked, answered } from "./guarded.ts";
import { PluginFault } from "./plugin-fault.ts";

/** A metric of a plug-in, whose numbers are checked: each has a name without dots, is finite, and not below 0. */
export function pluggedMetric(own: MeasuringPolicy, asked: Asked): MeasuringPolicy {
  return {
    left: (request) => answered(asked, () => own.left(request)),
    numbers(seconds) {
      try {
        const numbers = answered(asked, () => own.numbers(seconds));
        const problem = problemOf(numbers);
        if (problem !== undefined) throw new PluginFault(asked.plugin, asked.door, problem);
        return { ...numbers };
      } catch (error) {
        throw (error as PluginFault).at(seconds * 1e9); // asked when no event is handled
      }
    },
  };
}

function problemOf(numbers: unknown): string | undefined {
  if (Object.prototype.toString.call(numbers) !== "[object Object]")
    return `numbers gave ${String(numbers)}; wanted numbers by their names`;
  for (const [name, value] of Object.entries(numbers as object)) {
    if (!/^[A-Za-z][A-Za-z0-9]{0,49}$/.test(name)) return `a number is called ${name}; wanted letters and digits, at most 50`;
    if (typeof value !== "number" || !(value >= 0 && value < Number.POSITIVE_INFINITY))
      return `${name} is ${String(value)}; wanted a number from 0 on`;
  }
  return undefined;
}
