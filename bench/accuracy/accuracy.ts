import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { accuracyPage } from "./accuracy-page.ts";
import { scoredCollectives } from "./collectives.ts";
import { type Errors, errorsOf } from "./errors.ts";
import { byFamily, FAMILIES, type Family, reached, wanted } from "./family.ts";
import { errorBySize } from "./kernels/error-by-size.ts";
import { fitsText, fitText } from "./kernels/fit-text.ts";
import { groupsOf, ofHeldOut, ofModel, ofUnseenGpu, ofUnseenSizes, PRESET_OF, rooflineOf } from "./kernels/group.ts";
import { kernelSamples } from "./kernels/kernel-samples.ts";
import { type Cloud, scatter } from "./kernels/scatter.ts";
import { mixersSection } from "./mixers/mixers.ts";
import { errorsCell, tableLine } from "./page.ts";
import { type Scored, strataTable, tablesTable, unseenGpuTable } from "./stratum.ts";
import { dataFolder } from "./table.ts";
import { scoredTraffic } from "./traffic.ts";

// Fits the families of kernels on one half of the measurements, scores them on the other, and writes docs/accuracy.md with its plots and the
// presets' fits: pnpm accuracy FOLDER, from the root of the repository.

const COLOURS: Readonly<Record<string, string>> = { a100: "#7b5ea7", h100: "#1f77b4", h200: "#17a398", b200: "#d1495b" };
const GPU_NAMES: Readonly<Record<string, string>> = { a100: "A100", h100: "H100", h200: "H200", b200: "B200" };

function cell(errors: Errors | undefined): string {
  return errors === undefined ? "" : errorsCell(errors);
}

function main(): void {
  const groups = groupsOf(kernelSamples(dataFolder()));
  const rows: string[] = [];
  const scored: Scored[] = [];
  const clouds = byFamily<Cloud[]>(() => []);
  const fits = new Map<string, string[]>();
  const pooled = byFamily<[number[], number[]]>(() => [[], []]);
  for (const group of groups) {
    const { kind, gpu, library, precision } = group.samples[0]!;
    const { fits: found, rest, predicted, errors, byTable } = ofHeldOut(group);
    const roofline = rooflineOf(group);
    const asked = wanted(kind, gpu, precision);
    const ofUnseen = ofUnseenSizes(group);
    const [heldOut, unseen] = [cell(errors), cell(ofUnseen && errorsOf(ofUnseen.predicted, ofUnseen.measured))];
    const measured = rest.map(({ seconds }) => seconds);
    const tabled = { predicted: byTable, measured };
    const unseenGpu = ofUnseenGpu(group, groups);
    scored.push({ kind, gpu, precision, heldOut: { predicted, measured }, unseen: ofUnseen, tabled, unseenGpu });
    rows.push(
      tableLine([
        `${FAMILIES[kind]}, \`${PRESET_OF[gpu]}\` ${library} ${precision}`,
        String(rest.length),
        cell(ofModel(roofline, rest)),
        heldOut,
        cell(errorsOf(byTable, measured)),
        errors.medianRatio.toFixed(2),
        unseen,
        cell(unseenGpu && errorsOf(unseenGpu.predicted, unseenGpu.measured)),
        asked,
        reached(asked, heldOut, unseen),
      ]),
    );
    clouds[kind].push({
      name: `${GPU_NAMES[gpu]} ${library} ${precision}`,
      colour: COLOURS[gpu]!,
      points: measured.map((seconds, i) => [seconds, predicted[i]!] as const),
    });
    pooled[kind][0].push(...predicted);
    pooled[kind][1].push(...measured);
    fits.set(gpu, [...(fits.get(gpu) ?? []), ...found.map((coefficients) => fitText(group, coefficients, errors))]);
  }
  for (const [gpu, entries] of fits) {
    writeFileSync(join("packages/scenario/src/presets/fits", `${PRESET_OF[gpu]}.ts`), fitsText(gpu, entries));
  }
  const collectives = scoredCollectives();
  const traffic = scoredTraffic();
  for (const file of Object.keys({ ...collectives.entries, ...traffic.entries })) {
    const all = [...(collectives.entries[file] ?? []), ...(traffic.entries[file] ?? [])];
    const name = file.replace(/-(.)/g, (_, letter: string) => letter.toUpperCase());
    writeFileSync(join("packages/scenario/src/presets/fits", `${file}.ts`), fitsText(name, all));
  }
  mkdirSync("docs/accuracy", { recursive: true });
  for (const [family, own] of Object.entries(clouds)) {
    writeFileSync(`docs/accuracy/${family}.svg`, scatter(FAMILIES[family as Family], own));
    writeFileSync(`docs/accuracy/${family}-by-size.svg`, errorBySize(FAMILIES[family as Family], own));
  }
  const totals = Object.entries(pooled).map(
    ([family, [predicted, all]]) => `${FAMILIES[family as Family]} ${cell(errorsOf(predicted, all))}`,
  );
  const strata = strataTable([...scored, ...collectives.scored, ...traffic.scored]);
  const others = [tablesTable([...scored, ...collectives.scored, ...traffic.scored]), unseenGpuTable(scored)] as const;
  writeFileSync("docs/accuracy.md", accuracyPage(rows, strata, others, totals, collectives, traffic.section, mixersSection()));
}

main();
