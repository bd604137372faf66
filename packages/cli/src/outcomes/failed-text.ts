import { harmless } from "../terminal/terminal.ts";

/** Says that `what` failed, whose fault that is, and the first of `reasons`, which are as in the rows of a study. */
export function failedText(what: string, reasons: readonly [string, ...string[]]): string {
  const ofPlugins = reasons.filter((reason) => reason.startsWith("PluginFault: ")).length;
  const whose = ofPlugins === 0 ? "tokenyard" : ofPlugins === reasons.length ? "a plug-in" : "a plug-in or of tokenyard";
  return harmless(`${what} failed by a fault of ${whose}, not of the scenario: ${reasons[0]}\n`);
}
