import type { Traffic } from "../network-model.ts";
import type { Ports } from "../ports.ts";

/** Adds the traffic that leaves ports to `traffic`, given the bytes of a unit. */
export function addBytes(traffic: Traffic, { members, nodeOut, fabricOut }: Ports, unitBytes: number): void {
  for (let i = 0; i < members; i++) {
    traffic.nodeBytes += nodeOut[i]! * unitBytes;
    traffic.fabricBytes += fabricOut[i]! * unitBytes;
  }
}
