import * as z from "zod";

const single = z.union([z.number(), z.string(), z.boolean()]);

/** Values for paths of the scenario, as in `--set`: `parallelism.data: 2`. The paths are checked where they are set. */
export const settings = z.record(z.string().min(1), z.union([single, z.record(z.string(), single)]));

export type Settings = z.output<typeof settings>;
