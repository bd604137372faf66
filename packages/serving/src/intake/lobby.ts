import type { WaitingRoom } from "../continuous/waiting-room.ts";

/** A waiting room with an inbox before it: a request has no turn until the engine has looked there. */
export class Lobby implements WaitingRoom {
  readonly #room: WaitingRoom;
  /** Requests in the inbox, in order of arrival, with their times. */
  #slots: number[] = [];
  #enteredNs: number[] = [];
  /** Requests in the room. */
  readonly known = new Set<number>();

  constructor(room: WaitingRoom) {
    this.#room = room;
  }

  /** Number of all, including those in the inbox. */
  get size(): number {
    return this.#room.size + this.#slots.length;
  }

  get inbox(): number {
    return this.#slots.length;
  }

  /** Reads the inbox: requests that arrived by `atNs` move to the room. */
  receive(atNs: number): void {
    let count = 0;
    while (count < this.#slots.length && this.#enteredNs[count]! <= atNs) {
      const slot = this.#slots[count++]!;
      this.known.add(slot);
      this.#room.enter(slot, atNs);
    }
    if (count === 0) return;
    this.#slots = this.#slots.slice(count);
    this.#enteredNs = this.#enteredNs.slice(count);
  }

  /** The slot that is next in the room; −1 when it is empty. */
  peek(): number {
    return this.#room.peek();
  }

  leave(): number {
    const slot = this.#room.leave();
    this.known.delete(slot);
    return slot;
  }

  enter(slot: number, nowNs: number): void {
    this.#slots.push(slot);
    this.#enteredNs.push(nowNs);
  }

  enterAgain(slot: number): void {
    this.known.add(slot);
    this.#room.enterAgain(slot);
  }

  remove(slot: number): void {
    const at = this.#slots.indexOf(slot);
    if (at < 0) {
      this.known.delete(slot);
      this.#room.remove(slot);
      return;
    }
    this.#slots.splice(at, 1);
    this.#enteredNs.splice(at, 1);
  }
}
