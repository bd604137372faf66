import { expect, test } from "vitest";
import * as z from "zod";
import { tiny } from "../recording/tiny-recording.contract.ts";
import { summarize } from "../summary/summarize.ts";
import { reportJsonSchema, reportSchema } from "./report.ts";

const plain = () => JSON.parse(JSON.stringify(summarize(tiny))) as Record<string, unknown>;

test("the schema refuses a key that it does not know, at the root and further in", () => {
  expect(reportSchema.safeParse(plain()).success).toBe(true);
  expect(reportSchema.safeParse({ ...plain(), wallSeconds: 3 }).success).toBe(false);
  expect(reportSchema.safeParse({ ...plain(), requests: { arrived: 1, finished: 1, rejected: 0, failed: 0, lost: 0 } }).success).toBe(
    false,
  );
});

test("the schema refuses a report that lacks a key", () => {
  for (const key of Object.keys(plain())) {
    const { [key]: _, ...rest } = plain();
    expect(reportSchema.safeParse(rest).success).toBe(false);
  }
});

test("the JSON schema says the same as the types: every key required, none besides, null where there may be no value", () => {
  const schema = z.fromJSONSchema(reportJsonSchema() as Parameters<typeof z.fromJSONSchema>[0]);
  expect(schema.safeParse(plain()).success).toBe(true);
  expect(schema.safeParse({ ...plain(), tpotSeconds: null }).success).toBe(true);
  expect(schema.safeParse({ ...plain(), wallSeconds: 3 }).success).toBe(false);
  expect(schema.safeParse({ ...plain(), gpus: "2" }).success).toBe(false);
});
