import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { type Errors, errorsOf } from "../errors.ts";
import { errorsCell, tableHead, tableLine } from "../page.ts";
import type { Foretold } from "../stratum.ts";
import { dataFolder } from "../table.ts";
import {
  isFitted,
  type MixerGroup,
  mixerGroups,
  mixerSamples,
  ofHeldOut,
  ofRoofline,
  ofUnseenGpu,
  ofUnseenSizes,
  PRESETS,
} from "./mixer-groups.ts";
import { mixerFitsText, mixerFitText } from "./mixer-text.ts";
import { mixersPage, UNMEASURED } from "./mixers-page.ts";

/** What is asked of held-out rows and unseen sizes, and of GPUs that no fit has seen: median and 90th percentile. */
const WANTED = { median: 8, p90: 25 } as const;
const UNSEEN = { median: 12, p90: 40 } as const;

interface Line {
  readonly roofline: Foretold;
  readonly heldOut: Foretold;
  readonly unseen: Foretold;
  readonly unseenGpu: Foretold;
}

const NAMES = {
  "convolution-prompt": "convolutions of prompts",
  "convolution-decode": "convolutions, decoding",
  "scan-prompt": "scans of prompts",
  "scan-decode": "updates, decoding",
  "sparse-prompt": "blocks of prompts",
  "sparse-decode": "blocks, decoding",
  "gated-delta": "gated delta net",
  kda: "KDA",
  "mamba-2": "Mamba-2",
  tokens: "chosen tokens",
  entries: "chosen entries",
  history: "compressed history",
  blocks: "chosen blocks of tokens",
} as const;

/** Scores fits of kernels of the mixers of 2026, writes those of the presets, and returns the section of the page. */
export function mixersSection(): string {
  const groups = mixerGroups(mixerSamples(dataFolder()));
  const lines = new Map<string, Line[]>();
  const files = new Map<string, string[]>();
  const foreign = new Map<string, Foretold[]>();
  for (const group of groups) {
    const [sample] = group.samples as [MixerGroup["samples"][number]];
    const { kind, of, gpu, library } = sample;
    const unseenGpu = ofUnseenGpu(group, groups);
    if (!isFitted(group)) {
      if (unseenGpu !== undefined) add(foreign, `${NAMES[of]} ${gpu}`, unseenGpu);
      continue;
    }
    const { coefficients, rest, predicted } = ofHeldOut(group);
    const measured = rest.map(({ seconds }) => seconds);
    add(files, gpu, mixerFitText(sample, coefficients, errorsOf(predicted, measured).median));
    add(lines, `${kind} ${of} ${gpu} ${library}`, {
      roofline: { predicted: ofRoofline(group, rest), measured },
      heldOut: { predicted, measured },
      unseen: ofUnseenSizes(group) ?? NOTHING,
      unseenGpu: unseenGpu ?? NOTHING,
    });
  }
  for (const [gpu, own] of files) {
    writeFileSync(join("packages/cluster/src/kernels/mixers/fits", `${PRESETS[gpu]}.ts`), mixerFitsText(gpu, own));
  }
  const rows = [...lines].map(([name, own]) => {
    const [kind, of, gpu, library] = name.split(" ") as [keyof typeof NAMES, keyof typeof NAMES, string, string];
    const { cells, reached } = cellsOf(own);
    return tableLine([`${NAMES[of]}: ${NAMES[kind]}, \`${PRESETS[gpu]}\` ${library}`, ...cells, reached]);
  });
  const all = [...lines];
  const strata = Object.entries(STRATA).map(([name, holds]) => {
    const { cells, reached } = cellsOf(all.filter(([key]) => holds(key)).flatMap(([, own]) => own));
    return tableLine([name, ...cells, reached]);
  });
  const others = [...foreign].map(([name, own]) => {
    const gpu = name.slice(name.lastIndexOf(" ") + 1);
    const errors = pooled(own);
    return tableLine([
      name.slice(0, -gpu.length - 1),
      `\`${PRESETS[gpu]}\``,
      String(errors.rows),
      errorsCell(errors),
      answer(errors, UNSEEN),
    ]);
  });
  const head = ["kernels", "rows", "roofline", "held out", "predicted / measured", "unseen sizes", "unseen GPU", "reached"];
  return mixersPage({
    strata: `${tableHead(head)}\n${strata.join("\n")}`,
    rows: `${tableHead(head)}\n${rows.join("\n")}`,
    others: `${tableHead(["mixer", "GPU", "rows", "by H100's coefficients", "reached"])}\n${others.join("\n")}`,
    unmeasured: UNMEASURED,
  });
}

const NOTHING: Foretold = { predicted: [], measured: [] };

const STRATA: Readonly<Record<string, (key: string) => boolean>> = {
  "states: convolutions": (key) => key.startsWith("convolution"),
  "states: scans and updates": (key) => key.startsWith("scan"),
  "gated delta net": (key) => key.includes(" gated-delta "),
  KDA: (key) => key.includes(" kda "),
  "Mamba-2": (key) => key.includes(" mamba-2 "),
  "chosen tokens, decoding": (key) => key.startsWith("sparse-decode tokens"),
  "chosen tokens of prompts": (key) => key.startsWith("sparse-prompt tokens"),
  "compressed history, decoding": (key) => /^sparse-decode (entries|history)/.test(key),
  "compressed history of prompts": (key) => /^sparse-prompt (entries|history)/.test(key),
  "chosen blocks of tokens, decoding": (key) => key.startsWith("sparse-decode blocks"),
  "chosen blocks of tokens of prompts": (key) => key.startsWith("sparse-prompt blocks"),
};

function cellsOf(own: readonly Line[]) {
  const [roofline, heldOut, unseen, unseenGpu] = (["roofline", "heldOut", "unseen", "unseenGpu"] as const).map((part) =>
    pooled(own.map((line) => line[part])),
  ) as [Errors, Errors, Errors, Errors];
  const cell = (errors: Errors) => (errors.rows === 0 ? "" : errorsCell(errors));
  const isUnseen = unseenGpu.rows === 0 || isWithin(unseenGpu, UNSEEN);
  const reached = isWithin(heldOut, WANTED) ? (isUnseen ? "yes" : "held out") : "no";
  const cells = [String(heldOut.rows), cell(roofline), cell(heldOut), heldOut.medianRatio.toFixed(2), cell(unseen), cell(unseenGpu)];
  return { cells, reached };
}

function answer(errors: Errors, wanted: typeof WANTED | typeof UNSEEN): string {
  return isWithin(errors, wanted) ? "yes" : "no";
}

function isWithin({ median, p90 }: Errors, wanted: typeof WANTED | typeof UNSEEN): boolean {
  return median * 100 <= wanted.median && p90 * 100 <= wanted.p90;
}

function pooled(all: readonly Foretold[]): Errors {
  return errorsOf(
    all.flatMap(({ predicted }) => predicted),
    all.flatMap(({ measured }) => measured),
  );
}

function add<T>(to: Map<string, T[]>, key: string, value: T): void {
  const known = to.get(key);
  if (known === undefined) to.set(key, [value]);
  else known.push(value);
}
