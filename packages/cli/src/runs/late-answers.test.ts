import { EventEmitter } from "node:events";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import type { Piscina } from "piscina";
import { expect, test } from "vitest";
import { forgetLateAnswers } from "./late-answers.ts";

const LATE = "Unexpected message from Worker: ";

function hear(message: string): void {
  const threads = new EventEmitter();
  forgetLateAnswers(threads as unknown as Piscina);
  threads.emit("error", new Error(message));
}

test("an answer of a thread that was ended meanwhile ends nothing else, and any other error does", () => {
  expect(() => hear(`${LATE}{ taskId: 18 }`)).not.toThrow();
  expect(() => hear("a thread is lost")).toThrow("a thread is lost");
});

test("Piscina still says it in these words", () => {
  const pool = join(dirname(createRequire(import.meta.url).resolve("piscina")), "index.js");
  expect(readFileSync(pool, "utf8")).toContain(LATE);
});
