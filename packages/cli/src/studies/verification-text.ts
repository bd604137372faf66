import { htmlText } from "@tokenyard/report";
import type { CountedWork, Drops, FormatErrors, Held, NumericOutcome, Verification } from "@tokenyard/study";
import { type TextColumn, textTable } from "../tables/text-table.ts";
import { amount, counted, grouped } from "../terminal/amount.ts";
import type { Channel } from "../terminal/channel.ts";
import { harmless, styled } from "../terminal/terminal.ts";
import { formatLines, NOT_FINITE } from "./format-errors-text.ts";

/** The verdict on a plan that was executed with numbers: compared with one device, and moved bytes compared with priced ones. */
export function verificationText(verification: Verification, channel: Channel): string {
  const { name, verdict, works, leftOut } = verification;
  const style = verdict === "failed" ? "red" : verdict === "passed" ? "green" : "yellow";
  const { head, body } = textTable(workColumns(works));
  const [before, behind] = sectionsOf(verification);
  const lines = ({ heading, lines }: Section) => ["", heading, ...lines.map((line) => colored(`  ${line}`, channel))];
  return [
    `${styled(channel, "bold", harmless(name))}: ${styled(channel, style, verdict)}${leftOut === null ? "" : `, with every ${leftOut} left out`}`,
    ...lines(resultSection(verification)),
    ...before.flatMap(lines),
    ...(works.length === 0 ? [] : ["", ...head, ...body]),
    ...behind.flatMap(lines),
    "",
  ].join("\n");
}

/** Page of a verification, but for its scenario. */
export function verificationPage(verification: Verification) {
  const { name, verdict, works, leftOut, targets } = verification;
  const [before, behind] = sectionsOf(verification);
  const { heading, lines } = resultSection(verification);
  const html = (sections: readonly Section[]) =>
    sections.map(
      ({ heading, lines }) => `<h2>${htmlText(heading)}</h2><ul>${lines.map((line) => `<li>${htmlText(line.trim())}</li>`).join("")}</ul>`,
    );
  return {
    title: `verification of ${name}`,
    conclusion: {
      verdict: targets.length === 0 ? ("no-targets" as const) : targets.every(({ met }) => met) ? ("met" as const) : ("missed" as const),
      sentences: [`${name}: ${verdict}${leftOut === null ? "" : `, with every ${leftOut} left out`}.`],
    },
    facts: [heading, ...lines],
    body: html([...before, ...behind]).join(""),
    tables: works.length === 0 ? [] : [{ heading: "Ops: what is moved and multiplied, and what is priced", columns: workColumns(works) }],
    warnings: [],
  };
}

/** Lines under a heading. */
interface Section {
  readonly heading: string;
  readonly lines: readonly string[];
}

/** Sections before the table of ops, and behind it; without those that have nothing to say. */
function sectionsOf(verification: Verification): readonly [before: readonly Section[], behind: readonly Section[]] {
  const { departure, findings, works, meant, shrunk, unverified, leftOut, drops, formats, targets } = verification;
  const filled = (sections: readonly (Section | undefined)[]) =>
    sections.filter((each) => each !== undefined && each.lines.length > 0) as Section[];
  const wrong = works.filter(({ first }) => first !== undefined);
  const before = [
    drops === null ? undefined : dropSection(drops),
    formats === null ? undefined : formatSection(formats),
    { heading: "Targets, of the plan in its formats", lines: targets.map(targetLine) },
    { heading: "First departure", lines: departure === null ? [] : [departure] },
    { heading: "Sums that are not whole", lines: findings },
  ];
  const behind = [
    { heading: "Counts that are not prices", lines: wrong.map(({ work, first }) => `${work}: ${first}`) },
    { heading: "Held by ranks", lines: leftOut === null ? heldLines(verification) : [] },
    { heading: "Priced, and meant to be more than is moved", lines: meant.map(meantLine) },
    { heading: "Made small", lines: shrunk },
    { heading: "Not executed", lines: unverified },
  ];
  return [filled(before), filled(behind)];
}

function resultSection({ ranks, stages, tokens, passes, error, outputs, routings }: Verification): Section {
  const size = error === 0 ? "no difference" : `largest difference ${error.toExponential(1)} of a layer's largest number`;
  const passText = `${grouped(passes)} ${passes === 1 ? "pass" : "passes"}`;
  return {
    heading: `${counted(ranks, "rank")} in ${counted(stages, "stage")}, ${counted(tokens, "token")} in ${passText}, beside one device:`,
    lines: [
      `rows: ${size} (1e-12 is double precision)`,
      ...(routings.all === 0 ? [] : [`experts: ${grouped(routings.same)} of ${grouped(routings.all)} choices the same`]),
      outputs.all === 0
        ? "outputs: none, as the model has no vocabulary"
        : `outputs: ${grouped(outputs.same)} of ${counted(outputs.all, "token")} the same`,
    ],
  };
}

function dropSection({ prefill, decode, outputs, wrong }: Drops): Section {
  const share = ({ dropped, all }: Drops["prefill"]) => (all === 0 ? "none" : `${((dropped / all) * 100).toFixed(1)} %`);
  return {
    heading: "With the capacity of its experts, which drops copies (a proxy: weights are random)",
    lines: [
      `copies dropped: ${share(prefill)} of passes with prompts, ${share(decode)} of those that decode`,
      ...(outputs.all === 0 ? [] : [`outputs: ${grouped(outputs.same)} of ${counted(outputs.all, "token")} still the same`]),
      ...(wrong === 0 ? [] : [`${counted(wrong, "op")} whose counts are not their prices`]),
    ],
  };
}

function formatSection(formats: FormatErrors): Section {
  return { heading: "In its formats (a proxy: weights are random)", lines: formatLines(formats) };
}

/** `line` in red if it reports numbers that are not finite. */
function colored(line: string, channel: Channel): string {
  return line.startsWith(`  ${NOT_FINITE}`) ? styled(channel, "red", line) : line;
}

function workColumns(works: readonly CountedWork[]): TextColumn[] {
  const column = (heading: string, unit: string, cell: (work: CountedWork) => string): TextColumn => ({
    heading,
    unit,
    align: "right",
    cells: works.map(cell),
  });
  return [
    { heading: "Op", align: "left", cells: works.map(({ work }) => work) },
    column("ops", "", ({ ops }) => grouped(ops)),
    column("moved", "bytes", ({ movedBytes }) => grouped(movedBytes)),
    column("priced", "bytes", ({ pricedBytes, notCompared }) => (notCompared > 0 ? "–" : grouped(pricedBytes))),
    column("multiplied", "FLOPs", ({ flops }) => grouped(flops)),
    column("priced", "FLOPs", ({ pricedFlops, notCompared }) => (notCompared > 0 ? "–" : grouped(pricedFlops))),
    {
      heading: "",
      align: "left",
      cells: works.map(({ wrong, notCompared }) => (wrong > 0 ? "differs" : notCompared > 0 ? "an estimate" : "equal")),
    },
  ];
}

function heldLines({ weights, caches }: Verification): string[] {
  const line = (what: string, { counted: bytes, priced, wrong }: Held) =>
    wrong > 0
      ? `${what}: ${amount(bytes, "B")} on a rank, priced ${amount(priced, "B")}; ${counted(wrong, "rank")} differ`
      : `${what}: ${amount(bytes, "B")} on the fullest rank, as priced`;
  return [line("Weights", weights), line("Caches", caches)];
}

function meantLine({ name, formula, bytes, flops }: Verification["meant"][number]): string {
  const amounts = [...(bytes > 0 ? [`${grouped(bytes)} bytes`] : []), ...(flops > 0 ? [`${grouped(flops)} FLOPs`] : [])];
  return `${name}: ${amounts.join(", ")} (${formula})`;
}

function targetLine({ name, target, actual, met }: NumericOutcome): string {
  const isShare = name !== "numerics.relative";
  const text = (value: number) => (isShare ? `${Number((value * 100).toPrecision(4))} %` : value.toExponential(1));
  const found = actual === null ? "nothing to judge by" : text(actual);
  return `${met ? "met" : "missed"}  ${name} ${isShare ? ">=" : "<="} ${text(target)}: ${found}`;
}
