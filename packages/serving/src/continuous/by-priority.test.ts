import { expect, test } from "vitest";
import { createArrivingRequest } from "../requests/arriving-request.ts";
import type { RequestClass } from "../requests/request-class.ts";
import { RequestSlots } from "../requests/request-slots.ts";
import { ByPriority, byPriority } from "./by-priority.ts";

const classOf = (priority: number): RequestClass => ({ name: `${priority}`, priority, targets: [] });

/** A room for requests of `priorities`, which arrive in that order, and their slots. */
function roomOf(...priorities: readonly number[]) {
  const requests = new RequestSlots();
  const classes = priorities.map(classOf);
  const slots = priorities.map((_, classIndex) => requests.take({ ...createArrivingRequest(), classIndex }));
  return { requests, slots, room: new ByPriority(byPriority(requests, classes)) };
}

const all = (room: ByPriority) => Array.from({ length: room.size }, () => room.leave());

test("by hand: the lower priority is first, and of equals the earlier arrival, in whatever order they enter", () => {
  for (const order of [
    [0, 1, 2, 3, 4, 5],
    [5, 4, 3, 2, 1, 0],
    [3, 0, 5, 1, 4, 2],
  ]) {
    const { slots, room } = roomOf(1, 0, 1, 0, 2, 0);
    for (const i of order) room.enter(slots[i]!);
    expect(room.peek()).toBe(1);
    expect(all(room)).toEqual([1, 3, 5, 0, 2, 4]);
    expect([room.size, room.peek()]).toEqual([0, -1]);
  }
});

test("by hand: a request that comes back takes its old place, and one that is removed leaves the others in order", () => {
  const { slots, room } = roomOf(0, 0, 0, 0, 0);
  for (const slot of slots) room.enter(slot);
  expect([room.leave(), room.leave()]).toEqual([0, 1]);
  room.enterAgain(0);
  room.remove(3);
  expect(all(room)).toEqual([0, 2, 4]);
});

test("by hand: of equals the one that arrived earlier is first, though a later one has a slot of a lower number", () => {
  const { requests, slots, room } = roomOf(0, 0, 0);
  requests.leave(slots[0]!); // the next request gets its slot
  const late = requests.take(createArrivingRequest());
  expect(late).toBe(slots[0]);
  for (const slot of [late, slots[2]!, slots[1]!]) room.enter(slot);
  expect(all(room)).toEqual([slots[1], slots[2], late]);
});
