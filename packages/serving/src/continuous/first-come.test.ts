import { expect, test } from "vitest";
import { FirstCome } from "./first-come.ts";

const all = (room: FirstCome) => Array.from({ length: room.size }, () => room.leave());
const upTo = (count: number) => Array.from({ length: count }, (_, i) => i);

test("by hand: preempted requests go to the front, the last of them first, and one is removed from anywhere", () => {
  const room = new FirstCome();
  expect(room.peek()).toBe(-1);
  for (const slot of [3, 4, 5]) room.enter(slot);
  room.enterAgain(8);
  room.enterAgain(9);
  expect(room.peek()).toBe(9);
  room.remove(4);
  expect(all(room)).toEqual([9, 8, 3, 5]);
});

test("by hand: with 17 requests, one more than the ring has at first, and after a turn of it, none is lost", () => {
  const back = new FirstCome();
  for (const slot of upTo(16)) back.enter(slot);
  back.enterAgain(16);
  expect(all(back)).toEqual([16, ...upTo(16)]);
  const turned = new FirstCome();
  for (const slot of upTo(10)) turned.enter(slot);
  for (const _ of upTo(10)) turned.leave();
  for (const slot of upTo(17)) turned.enter(slot);
  turned.remove(16);
  turned.remove(0);
  expect(all(turned)).toEqual(upTo(17).slice(1, 16));
});
