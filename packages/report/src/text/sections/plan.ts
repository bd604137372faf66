import { counted, grouped } from "@tokenyard/scenario";
import type { Report } from "../../schema/report.ts";
import { formatPhrases } from "../formats.ts";
import type { Page } from "../page.ts";
import { phrases } from "../paragraph.ts";
import { rounded } from "../precision.ts";
import { brief, bytes, measured, prefixed, seconds } from "../quantity.ts";

/** Layout and size of the model, and its load. */
export function planLines({ plan, costUsdPerHour, requests, balance: { expert } }: Report, { width, ink, numbers }: Page): string[] {
  const hasExperts = expert.prefill !== null || expert.decode !== null;
  const layout = [
    counted(plan.nodes, "node"),
    `${counted(plan.pipelineStages, "pipeline stage")} of ${counted(plan.ranksPerPipelineStage, "GPU")}`,
    `${counted(plan.stages, "stage")} of ${grouped(plan.ranksPerStage)}`,
    ...(plan.interleave === undefined ? [] : [`${counted(plan.interleave, "slice")} each`]),
    ...(hasExperts ? [counted(plan.expertGroups, "expert group")] : []),
    counted(plan.tensorGroups, "tensor group"),
    ...(plan.contextRanks === undefined ? [] : [`contexts shared by ${plan.contextRanks}`]),
    ...(plan.exchange === null ? [] : [`${plan.exchange} exchange${plan.sequenceParallel === undefined ? "" : ", sequence-parallel"}`]),
    ...(costUsdPerHour === null ? [] : [measured(costUsdPerHour, "USD/h")]),
  ];
  const declared = plan.declaredParameters === null ? [] : [`declared ${prefixed(plan.declaredParameters, "")}`];
  const { min, max } = plan.weightBytesPerRank;
  const model = [
    `${prefixed(plan.parameters, "")} parameters (${[...declared, `active ${prefixed(plan.activeParameters, "")}`].join(", ")})`,
    `weights ${min === max ? bytes(max) : `${bytes(min)} to ${bytes(max)}`} a GPU`,
    `KV ${bytes(plan.kvBytesPerToken)} a token${plan.requestBytes === undefined ? "" : `, ${bytes(plan.requestBytes)} a request`}`,
  ];
  const whole = (path: string) => numbers.text(path, (value, step) => grouped(rounded(value, step)));
  const isAny = (path: string) => (numbers.value(path) ?? 0) > 0;
  const steadyFates = [
    `${whole("requests.decoding")} ${requests.decoding === 1 ? "sequence decodes" : "sequences decode"}`,
    `${whole("requests.finished")} ended and ${numbers.value("requests.finished") === 1 ? "was" : "were"} replaced`,
    `${whole("tokens.output")} output tokens in ${numbers.text("horizonSeconds", seconds)}`,
  ];
  const fates = [
    `${whole("requests.finished")} of ${whole("requests.arrived")} ${numbers.value("requests.arrived") === 1 ? "request" : "requests"} finished`,
    ...(isAny("requests.rejected") ? [`${whole("requests.rejected")} rejected`] : []),
    ...(isAny("requests.failed") ? [`${whole("requests.failed")} failed`] : []),
    `${whole("tokens.prompt")} prompt and ${whole("tokens.output")} output tokens in ${numbers.text("horizonSeconds", seconds)}`,
  ];
  return [
    ink.strong("Plan"),
    ...[
      layout,
      model,
      formatPhrases(plan),
      flopsPhrases(plan.flopsPerToken),
      requests.decoding === undefined ? fates : steadyFates,
    ].flatMap((parts) => phrases(parts.map(brief), "  ", width)),
  ];
}

/** `67.4 MFLOP a token`, without context; then `101 M at context 1,024`, `202 M at 4,096`, … */
function flopsPhrases(byContext: Record<string, number>): string[] {
  let named = false;
  return Object.entries(byContext).map(([context, flops], at) => {
    const amount = at === 0 ? `${prefixed(flops, "FLOP")} a token` : prefixed(flops, "");
    if (context === "0") return amount;
    const where = `${named ? "" : "context "}${grouped(Number(context))}`;
    named = true;
    return `${amount} at ${where}`;
  });
}
