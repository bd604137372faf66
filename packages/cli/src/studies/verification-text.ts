import type { CountedWork, Drops, Held, NumericOutcome, Verification } from "@tokenyard/study";
import { type TextColumn, textTable } from "../tables/text-table.ts";
import { amount, counted, grouped } from "../terminal/amount.ts";
import type { Channel } from "../terminal/channel.ts";
import { harmless, styled } from "../terminal/terminal.ts";
import { formatLines } from "./format-errors-text.ts";

/** The verdict on a plan that was executed with numbers: compared with one device, and moved bytes compared with priced ones. */
export function verificationText(verification: Verification, channel: Channel): string {
  const { name, verdict, departure, findings, works, meant, shrunk, unverified, leftOut } = verification;
  const style = verdict === "failed" ? "red" : verdict === "passed" ? "green" : "yellow";
  const { head, body } = textTable(columnsOf(works));
  const wrong = works.filter(({ first }) => first !== undefined);
  return [
    `${styled(channel, "bold", harmless(name))}: ${styled(channel, style, verdict)}${leftOut === null ? "" : `, with every ${leftOut} left out`}`,
    "",
    ...resultLines(verification),
    ...(verification.drops === null ? [] : ["", ...dropLines(verification.drops)]),
    ...(verification.formats === null ? [] : ["", ...formatLines(verification.formats, channel)]),
    ...(verification.targets.length === 0 ? [] : ["", "Targets, of the plan in its formats", ...verification.targets.map(targetLine)]),
    ...(departure === null ? [] : ["", `First departure: ${departure}`]),
    ...(findings.length === 0 ? [] : ["", "Sums that are not whole", ...findings.map((finding) => `  ${finding}`)]),
    ...(works.length === 0 ? [] : ["", ...head, ...body]),
    ...(wrong.length === 0 ? [] : ["", "Counts that are not prices", ...wrong.map(({ work, first }) => `  ${work}: ${first}`)]),
    ...(leftOut === null ? ["", ...heldLines(verification)] : []),
    ...(meant.length === 0 ? [] : ["", "Priced, and meant to be more than is moved", ...meant.map(meantLine)]),
    "",
    "Made small",
    ...shrunk.map((each) => `  ${each}`),
    ...(unverified.length === 0 ? [] : ["", "Not executed", ...unverified.map((each) => `  ${each}`)]),
    "",
  ].join("\n");
}

function resultLines({ ranks, stages, tokens, passes, error, outputs, routings }: Verification): string[] {
  const size = error === 0 ? "no difference" : `largest difference ${error.toExponential(1)} of a layer's largest number`;
  return [
    `${counted(ranks, "rank")} in ${counted(stages, "stage")}, ${counted(tokens, "token")} in ${counted(passes, "pass").replace(/passs$/, "passes")}, beside one device:`,
    `  rows: ${size} (1e-12 is double precision)`,
    ...(routings.all === 0 ? [] : [`  experts: ${grouped(routings.same)} of ${grouped(routings.all)} choices the same`]),
    outputs.all === 0
      ? "  outputs: none, as the model has no vocabulary"
      : `  outputs: ${grouped(outputs.same)} of ${counted(outputs.all, "token")} the same`,
  ];
}

function dropLines({ prefill, decode, outputs, wrong }: Drops): string[] {
  const share = ({ dropped, all }: Drops["prefill"]) => (all === 0 ? "none" : `${((dropped / all) * 100).toFixed(1)} %`);
  return [
    "With the capacity of its experts, which drops copies (a proxy: weights are random)",
    `  copies dropped: ${share(prefill)} of passes with prompts, ${share(decode)} of those that decode`,
    ...(outputs.all === 0 ? [] : [`  outputs: ${grouped(outputs.same)} of ${counted(outputs.all, "token")} still the same`]),
    ...(wrong === 0 ? [] : [`  ${counted(wrong, "op")} whose counts are not their prices`]),
  ];
}

function columnsOf(works: readonly CountedWork[]): TextColumn[] {
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
  return `  ${name}: ${amounts.join(", ")} (${formula})`;
}

function targetLine({ name, target, actual, met }: NumericOutcome): string {
  const isShare = name !== "numerics.relative";
  const text = (value: number) => (isShare ? `${Number((value * 100).toPrecision(4))} %` : value.toExponential(1));
  const found = actual === null ? "nothing to judge by" : text(actual);
  return `  ${met ? "met" : "missed"}  ${name} ${isShare ? ">=" : "<="} ${text(target)}: ${found}`;
}
