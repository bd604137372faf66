export type { Hall, Progress, RunOptions } from "./hall.ts";
export { type Inspection, inspect } from "./inspect.ts";
export { OP_KINDS } from "./op.ts";
export { prepare } from "./prepare.ts";
export type { Policies, Setup } from "./setup.ts";
export { run, simulate, start } from "./simulate.ts";
export { type SpanWindow, TooManySpans } from "./span-log.ts";
export { createOpRun, type OpRun, timeOp } from "./timing.ts";
export { VERSION } from "./version.ts";
