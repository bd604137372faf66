import { expect, test } from "vitest";
import { FirstCome } from "../continuous/first-come.ts";
import { Lobby } from "./lobby.ts";

/** A lobby to which request i comes at 10 · i. */
function lobbyOf(count: number): Lobby {
  const lobby = new Lobby(new FirstCome());
  for (let slot = 0; slot < count; slot++) lobby.enter(slot, 10 * slot);
  return lobby;
}

const seen = (lobby: Lobby) => ({ size: lobby.size, inbox: lobby.inbox, known: [...lobby.known], next: lobby.peek() });

test("by hand: a look into the inbox brings what has come by then, that of the same instant too", () => {
  const lobby = lobbyOf(3);
  expect(seen(lobby)).toEqual({ size: 3, inbox: 3, known: [], next: -1 });
  lobby.receive(10);
  expect(seen(lobby)).toEqual({ size: 3, inbox: 1, known: [0, 1], next: 0 });
  expect(lobby.leave()).toBe(0);
  expect(seen(lobby)).toEqual({ size: 2, inbox: 1, known: [1], next: 1 });
  lobby.receive(19);
  expect(lobby.inbox).toBe(1);
  lobby.receive(20);
  expect(seen(lobby)).toEqual({ size: 2, inbox: 0, known: [1, 2], next: 1 });
});

test("by hand: a request is removed from the inbox or the room, and one that comes back is known at once", () => {
  const lobby = lobbyOf(4);
  lobby.receive(10);
  lobby.remove(2); // from the inbox: request 3 keeps its time, 30
  lobby.remove(0); // from the room
  expect(seen(lobby)).toEqual({ size: 2, inbox: 1, known: [1], next: 1 });
  lobby.receive(29);
  expect(lobby.inbox).toBe(1);
  lobby.enterAgain(7);
  expect(seen(lobby)).toEqual({ size: 3, inbox: 1, known: [1, 7], next: 7 });
});
