import type { Memory } from "../schema/report.ts";

/** Memory in the order of the schema, without other fields. */
export function memoryOf(memory: Memory): Memory {
  const { weights, kvReserved, kvUsed, workspace, workspaceUsed, planned, reserved, used, limit, share } = memory;
  return { weights, kvReserved, kvUsed, workspace, workspaceUsed, planned, reserved, used, limit, share };
}
