import * as z from "zod";

// The numbers of a report: whole ones, those that are never below 0, and parts of 1.

export const count = z.int().min(0);
export const amount = z.number().min(0);
export const share = z.number().min(0).max(1);
