import type { SegmentTimes } from "../segments/segment-times.ts";

/** Which data group was the last on a segment, over the passes of a run. */
export class LastGroups {
  /** [data groups] in how many passes it was */
  readonly passes: Float64Array;
  /** [data groups] what its attention took in those, in one layer */
  readonly attentionNs: Float64Array;

  constructor(dataGroups: number) {
    this.passes = new Float64Array(dataGroups);
    this.attentionNs = new Float64Array(dataGroups);
  }

  /** Looks at segment `l`; `sumNs` [data groups] is what attention took in all passes. Returns how long those segments took in all. */
  find({ segments, count, times: { lastGroup, lastNs }, attentionNs }: SegmentTimes, l: number, sumNs: Float64Array): number {
    const groups = this.passes.length;
    for (let g = 0; g < groups; g++) {
      this.passes[g] = 0;
      this.attentionNs[g] = 0;
    }
    if (segments[l]!.attentions === 0) {
      const last = lastGroup[l]!;
      this.passes[last] = count;
      this.attentionNs[last] = sumNs[last]!;
      return lastNs[l]! * count;
    }
    let segmentsNs = 0;
    for (let i = 0; i < count; i++) {
      const at = i * segments.length + l;
      const last = lastGroup[at]!;
      segmentsNs += lastNs[at]!;
      this.passes[last] = this.passes[last]! + 1;
      this.attentionNs[last] = this.attentionNs[last]! + attentionNs[i * groups + last]!;
    }
    return segmentsNs;
  }
}
