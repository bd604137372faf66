import type { Memory } from "../schema/report.ts";

/** The same, in the order of the schema and with nothing else. */
export function memoryOf(memory: Memory): Memory {
  const { weights, kvReserved, kvUsed, workspace, workspaceUsed, planned, reserved, used, limit, share } = memory;
  return { weights, kvReserved, kvUsed, workspace, workspaceUsed, planned, reserved, used, limit, share };
}
