import { useRef } from "preact/hooks";
import type { Moves } from "./keys.ts";

/** A hand that moved less has pointed at something. */
const STILL_PIXELS = 4;

interface Hand {
  x: number;
  readonly startX: number;
  readonly startY: number;
}

/** Dragging pans, two fingers pinch, the wheel with Ctrl zooms; the pressed point is passed to `choose` with its place in the window. */
export function pointerMoves(moves: Moves, choose: (x: number, y: number, box: DOMRect) => void) {
  const hands = useRef(new Map<number, Hand>()).current;
  const boxOf = (event: { currentTarget: unknown }) => (event.currentTarget as HTMLElement).getBoundingClientRect();
  const apart = () => {
    const [a, b] = [...hands.values()];
    return a === undefined || b === undefined ? 0 : Math.abs(a.x - b.x);
  };
  return {
    onPointerDown(event: PointerEvent) {
      (event.currentTarget as HTMLElement).setPointerCapture(event.pointerId);
      hands.set(event.pointerId, { x: event.clientX, startX: event.clientX, startY: event.clientY });
    },
    onPointerMove(event: PointerEvent) {
      const hand = hands.get(event.pointerId);
      if (hand === undefined) return;
      const box = boxOf(event);
      const before = apart();
      const by = event.clientX - hand.x;
      hand.x = event.clientX;
      if (hands.size === 1) moves.pan(-by / box.width);
      else if (before > 0 && apart() > 0) {
        const [a, b] = [...hands.values()];
        moves.zoom(before / apart(), ((a!.x + b!.x) / 2 - box.left) / box.width);
      }
    },
    onPointerUp(event: PointerEvent) {
      const hand = hands.get(event.pointerId);
      hands.delete(event.pointerId);
      if (hand === undefined || hands.size > 0) return;
      const moved = Math.hypot(event.clientX - hand.startX, event.clientY - hand.startY);
      if (moved < STILL_PIXELS) choose(event.clientX, event.clientY, boxOf(event));
    },
    onPointerCancel(event: PointerEvent) {
      hands.delete(event.pointerId);
    },
    onWheel(event: WheelEvent) {
      if (!event.ctrlKey) return;
      event.preventDefault();
      const box = boxOf(event);
      moves.zoom(event.deltaY > 0 ? 1.25 : 0.8, (event.clientX - box.left) / box.width);
    },
  };
}
