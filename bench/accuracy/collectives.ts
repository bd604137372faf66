import { errorsOf } from "./errors.ts";
import { collectiveGroups, fittedCollective, gpusText, heldOutCollectives } from "./kernels/collectives.ts";
import { collectiveFitText } from "./kernels/fit-text.ts";
import { collectivesInFifths, tabledCollectives } from "./kernels/tabled-traffic.ts";
import { errorsCell as cell, tableLine } from "./page.ts";
import type { Scored } from "./stratum.ts";
import { dataFolder } from "./table.ts";
import { LINKS } from "./traffic.ts";

/** Scores fits of collectives, and writes those of the presets, which are to all rows: there are few. */
export function scoredCollectives() {
  const entries: Record<string, string[]> = {};
  const scored: Scored[] = [];
  const groups = collectiveGroups(dataFolder());
  const rows = groups.map((group) => {
    const { nodePeak: peak, node: tier, file } = LINKS[group.gpu]!;
    const held = heldOutCollectives(group, peak, tier);
    const rest = group.samples.filter(({ half }) => half === "held-out");
    const tabled = { predicted: tabledCollectives(group, groups, held.coefficients, rest, peak), measured: held.measured };
    scored.push({ kind: group.kind, gpu: group.gpu, heldOut: held, unseen: undefined, tabled });
    if (file !== undefined) {
      const text = collectiveFitText(group, fittedCollective(group, group.samples, peak), held.errors);
      entries[file] = [...(entries[file] ?? []), text];
    }
    const ratio = held.errors.medianRatio.toFixed(2);
    const name = `${group.kind}, ${gpusText(group.gpu)} ${group.library}`;
    const byTable = cell(errorsOf(tabled.predicted, tabled.measured));
    return tableLine([name, String(held.measured.length), cell(held.tierErrors), cell(held.errors), byTable, ratio]);
  });
  const { byTable, byFit } = collectivesInFifths(groups, (gpu) => LINKS[gpu]!.nodePeak);
  return { rows, entries, scored, fifths: [cell(byTable), cell(byFit)] as const };
}
