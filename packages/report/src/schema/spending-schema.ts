import * as z from "zod";
import { amount } from "./plain-number.ts";

/** Money and GPU hours. */
export const costSchema = z
  .strictObject({
    gpuHours: amount.describe("of all GPUs, from the start to the end"),
    usd: amount.nullable().describe("for them"),
    usdPerMillionTokens: amount.nullable().describe("all of it over prompt and output tokens"),
    usdPerMillionInputTokens: amount.nullable().describe("all of it over the prompt tokens"),
    usdPerMillionOutputTokens: amount.nullable().describe("all of it over the output tokens"),
  })
  .describe("what the run costs; nulls when the scenario gives no cost, or there are no such tokens");

/** Energy, power and carbon. */
export const energySchema = z
  .strictObject({
    joules: amount.describe("of the site: what its GPUs take, times cluster.site.pue"),
    wattsPerGpu: amount.nullable().describe("mean power of one GPU, without the rest of the site"),
    joulesPerToken: amount.nullable().describe("all of it over prompt and output tokens"),
    joulesPerOutputToken: amount.nullable().describe("all of it over the output tokens"),
    grams: amount.nullable().describe("CO2 and what warms as much; null when the scenario gives no cluster.site.carbon"),
    gramsPerMillionTokens: amount.nullable().describe("all of it over prompt and output tokens"),
  })
  .describe("what the run takes of energy; null when the scenario gives no power of its GPUs");

export type CostReport = z.output<typeof costSchema>;
export type EnergyReport = z.output<typeof energySchema>;
