import { assumptionText, formatPhrases } from "@tokenyard/report";
import { type EngineNotes, engineTitle } from "@tokenyard/scenario";
import type { Inspection } from "@tokenyard/simulator";
import { amount, counted, grouped } from "./amount.ts";
import type { Channel } from "./channel.ts";
import { durationText } from "./duration-text.ts";
import { harmless, styled } from "./terminal.ts";

/** Output of `check`: the plan's sizes, the fullest GPU's memory, the models in use, assumptions with their `values`, and warnings. */
export function inspectionText(
  name: string,
  { plan, memory, pools, models, assumed, warnings, coverage, smallLosses, workSeconds }: Inspection,
  channel: Channel,
  values: Readonly<Record<string, unknown>>,
  engine?: EngineNotes,
): string {
  const row = (title: string, text: string, style: "dim" | "yellow" = "dim") => `  ${styled(channel, style, title.padEnd(10))}${text}`;
  const declared = plan.declaredParameters === null ? "" : `, declared ${amount(plan.declaredParameters, "")}`;
  const flops = Object.entries(plan.flopsPerToken).map(([context, value]) => `${amount(value, "FLOP")} at ${grouped(Number(context))}`);
  const lines = [
    `${styled(channel, "bold", harmless(name))}: no problem${warnings.length === 0 ? "" : `, ${counted(warnings.length, "warning")}`}`,
    row("GPUs", `${grouped(plan.ranks)} in ${counted(plan.nodes, "node")}`),
    ...(pools === null ? placeRows(plan, row) : []),
    row("model", `${amount(plan.parameters, "")} parameters${declared}, ${amount(plan.activeParameters, "")} active`),
    ...[formatPhrases(plan)].filter(({ length }) => length > 0).map((parts) => row("formats", parts.join("; "))),
    row("KV cache", kvText(plan)),
    row("compute", `${flops.join(", ")} tokens of context`),
    ...(pools === null ? sizeRows(plan, memory, row) : []),
    ...(pools ?? []).flatMap((pool) => [
      row(pool.role, `${grouped(pool.replicas)} × ${counted(pool.plan.ranks / pool.replicas, "GPU")}`),
      ...[...placeRows(pool.plan, row), ...sizeRows(pool.plan, pool.memory, row)].map((line) => `  ${line}`),
    ]),
    ...lossTexts(coverage, smallLosses).map((text, i) => row(i === 0 ? "losses" : "", text)),
    row("work", `about ${workText(Number(workSeconds.toPrecision(1)))} of one core`),
    row("models", models.join("; ")),
    ...(engine === undefined
      ? []
      : [row("engine", harmless(`${engineTitle(engine)}${engine.values.length === 0 ? "" : ": "}${engine.values.join(", ")}`))]),
    ...(assumed.length === 0 ? [] : [row("assumed", harmless(assumed.map((each) => assumptionText(each, values)).join(", ")))]),
    ...warnings.map(({ code, message }) => row("warning", harmless(`${message} (${code})`), "yellow")),
  ];
  return `${lines.join("\n")}\n`;
}

function kvText({ kvBytesPerToken, requestBytes }: Inspection["plan"]): string {
  return `${amount(kvBytesPerToken, "B")} a token${requestBytes === undefined ? "" : `, ${amount(requestBytes, "B")} a request`}`;
}

/** A line on the single losses of each part: GPUs, nodes, slots, links, rails and leaf switches. */
function lossTexts(coverage: Inspection["coverage"], small: Inspection["smallLosses"]): string[] {
  const covered = ({ all, covered: some, mostMissing }: NonNullable<Inspection["coverage"]>["ranks"], noun: string) =>
    `copies of experts cover the loss of ${grouped(some)} of ${counted(all, noun)}${mostMissing === 0 ? "" : ` (otherwise up to ${counted(mostMissing, "expert")} missing over all layers)`}`;
  const needed = ({ all, spare }: { readonly all: number; readonly spare: number }, one: string, several: string) =>
    `${grouped(all - spare)} of ${grouped(all)} ${all === 1 ? one : several} needed`;
  return [
    ...(coverage === undefined ? [] : [covered(coverage.ranks, "GPU"), covered(coverage.nodes, "node")]),
    ...(small?.slots === undefined ? [] : [covered({ ...small.slots, mostMissing: 0 }, "single slot")]),
    ...(small === undefined
      ? []
      : [
          needed(small.links, "link to other nodes is", "links to other nodes are"),
          needed(small.rails, "rail is", "rails (links of the GPUs at one place of all nodes) are"),
          ...small.leaves.map((leaves) => {
            const of = `of ${counted(leaves.nodesPerLeaf, "node")}`;
            return needed(leaves, `leaf switch ${of} is`, `leaf switches ${of} are`);
          }),
        ]),
  ];
}

/** `0.4 s`, `20 min` */
function workText(seconds: number): string {
  return seconds < 100 ? `${seconds} s` : durationText(seconds);
}

type Row = (title: string, text: string) => string;

function placeRows(plan: Inspection["plan"], row: Row): string[] {
  const pipelines = `${counted(plan.pipelineStages, "pipeline stage")} of ${counted(plan.ranksPerPipelineStage, "GPU")}`;
  const contexts = plan.contextRanks === undefined ? "" : `, contexts shared by ${plan.contextRanks} ranks`;
  const slices = plan.interleave === undefined ? "" : `, ${counted(plan.interleave, "slice")} each`;
  return [
    row("stages", `${pipelines}, ${counted(plan.stages, "stage")} of ${grouped(plan.ranksPerStage)}${slices}`),
    row(
      "groups",
      `${counted(plan.expertGroups, "expert group")}, ${counted(plan.tensorGroups, "tensor group")}${plan.exchange === null ? "" : `, ${plan.exchange} exchange${plan.sequenceParallel === undefined ? "" : ", sequence-parallel"}`}${contexts}`,
    ),
  ];
}

function sizeRows({ weightBytesPerRank: { min, max } }: Inspection["plan"], memory: Inspection["memory"], row: Row): string[] {
  const share = `${amount(memory.reserved, "B")} of ${amount(memory.limit, "B")} (${((100 * memory.reserved) / memory.limit).toFixed(1)} %)`;
  const parts = `weights ${amount(memory.weights, "B")}, KV cache ${amount(memory.kvReserved, "B")}, workspace ${amount(memory.workspace, "B")}`;
  return [
    row("weights", `${min === max ? "" : `${amount(min, "B")} to `}${amount(max, "B")} on a GPU`),
    row("memory", `${share} on the fullest GPU, rank ${memory.rank}: ${parts}`),
  ];
}
