import { expect, test } from "vitest";
import { like } from "../../fixtures/tiny-like.ts";
import type { Point } from "../../points/point.ts";
import { PointQueue } from "./point-queue.ts";

const scenario = like({});
const point = (index: number): Point => ({ index, parameters: {}, scenario });

test("points are taken in order, whether they are there before they are asked for or come later", async () => {
  const queue = new PointQueue();
  queue.push(point(0));
  queue.push(point(1));
  expect((await queue.next()).value).toEqual(point(0));
  expect((await queue.next()).value).toEqual(point(1));
  const third = queue.next();
  queue.push(point(2));
  expect((await third).value).toEqual(point(2));
});

test("a closed queue gives what it has and ends; a cancelled one ends at once", async () => {
  const closed = new PointQueue();
  closed.push(point(0));
  closed.close();
  expect(await closed.next()).toEqual({ done: false, value: point(0) });
  expect(await closed.next()).toEqual({ done: true, value: undefined });

  const cancelled = new PointQueue();
  const waiting = cancelled.next();
  cancelled.cancel();
  expect((await waiting).done).toBe(true);
  cancelled.push(point(1));
  cancelled.cancel();
  expect((await cancelled.next()).done).toBe(true);
});
