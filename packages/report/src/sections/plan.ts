import type { Page } from "../page.ts";
import { phrases } from "../paragraph.ts";
import { brief, bytes, counted, prefixed, seconds, whole } from "../quantity.ts";
import type { Report } from "../report.ts";

/** Where the model lies, how big it is, and what it was asked. */
export function planLines({ plan, requests, tokens, horizonSeconds }: Report, { width, ink }: Page): string[] {
  const layout = [
    counted(plan.nodes, "node"),
    `${counted(plan.pipelineStages, "pipeline stage")} of ${counted(plan.ranksPerPipelineStage, "GPU")}`,
    `${counted(plan.stages, "stage")} of ${whole(plan.ranksPerStage)}`,
    counted(plan.expertGroups, "expert group"),
    counted(plan.tensorGroups, "tensor group"),
  ];
  const declared = plan.declaredParameters === null ? [] : [`declared ${prefixed(plan.declaredParameters, "")}`];
  const { min, max } = plan.weightBytesPerRank;
  const model = [
    `${prefixed(plan.parameters, "")} parameters (${[...declared, `active ${prefixed(plan.activeParameters, "")}`].join(", ")})`,
    `weights ${min === max ? bytes(max) : `${bytes(min)} to ${bytes(max)}`} a GPU`,
    `KV ${bytes(plan.kvBytesPerToken)} a token`,
    ...flopsText(plan.flopsPerToken),
  ];
  const fates = [
    `${whole(requests.finished)} of ${counted(requests.arrived, "request")} finished`,
    ...(requests.rejected > 0 ? [`${whole(requests.rejected)} rejected`] : []),
    ...(requests.failed > 0 ? [`${whole(requests.failed)} failed`] : []),
    `${whole(tokens.prompt)} prompt and ${whole(tokens.output)} output tokens in ${seconds(horizonSeconds)}`,
  ];
  return [ink.strong("Plan"), ...[layout, model, fates].flatMap((parts) => phrases(parts.map(brief), "  ", width))];
}

function flopsText(byContext: Record<string, number>): string[] {
  const [first, ...rest] = Object.entries(byContext).map(([context, flops]) => [whole(Number(context)), prefixed(flops, "FLOP")] as const);
  if (first === undefined) return [];
  return [[`${first[1]} a token at context ${first[0]}`, ...rest.map(([context, flops]) => `${flops} at ${context}`)].join(", ")];
}
