import type { Choice } from "@tokenyard/study";

/** The usual name of a layout: `TP8`, `2 × DEP4`, `PP2 TEP4`; `DEP` has data-parallel attention, `TEP` attention that all ranks share. */
export function layoutName({ expert, tensor, attentionTensor, pipeline, data }: Choice): string {
  const ranks = expert * tensor;
  const groups = ranks / attentionTensor;
  const parts = [...(data > 1 ? [`${data} ×`] : []), ...(pipeline > 1 ? [`PP${pipeline}`] : [])];
  if (groups === 1) return [...parts, expert === 1 ? `TP${ranks}` : tensor === 1 ? `TEP${ranks}` : `TP${ranks} EP${expert}`].join(" ");
  const experts = expert === 1 ? " ETP" : tensor === 1 ? "" : ` EP${expert}`;
  const attention = groups === ranks ? "DEP" : `TP${attentionTensor} DEP`;
  return [...parts, `${attention}${ranks}${experts}`].join(" ");
}
