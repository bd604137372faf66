import type { DatedFaultSpec } from "@tokenyard/scenario";
import { expertLost } from "./expert-lost.ts";
import type { FaultKind } from "./fault-kind.ts";
import { gpuLost } from "./gpu-lost.ts";
import { gpuSlow } from "./gpu-slow.ts";
import { linkLost } from "./link-lost.ts";
import { linkSlow } from "./link-slow.ts";
import { nodeLost } from "./node-lost.ts";
import { processHang } from "./process-hang.ts";
import { switchLost } from "./switch-lost.ts";

/** The kind of `fault`, which says all that differs between kinds. */
export function faultKindOf({ kind }: Pick<DatedFaultSpec, "kind">): FaultKind {
  switch (kind) {
    case "gpu-lost":
      return gpuLost;
    case "node-lost":
      return nodeLost;
    case "process-hang":
      return processHang;
    case "gpu-slow":
      return gpuSlow;
    case "link-slow":
      return linkSlow;
    case "link-lost":
    case "link-flap":
      return linkLost;
    case "switch-lost":
      return switchLost;
    case "expert-lost":
      return expertLost;
  }
}
