/** What a reader can do with the picture. */
export interface Moves {
  /** Moves by a share of the visible part. */
  pan(share: number): void;
  /** Zooms by the factor `times`, keeping the time at `share` of the picture in place. */
  zoom(times: number, share?: number): void;
  all(): void;
  /** To the next span of the lane, or to the one before. */
  next(by: 1 | -1): void;
  /** Moves to the lane below or above. */
  lane(by: 1 | -1): void;
  /** Moves to the span that the chosen one waited for. */
  cause(): void;
}

const KEYS: Readonly<Record<string, (moves: Moves) => void>> = {
  ArrowLeft: ({ pan }) => pan(-0.2),
  ArrowRight: ({ pan }) => pan(0.2),
  KeyA: ({ pan }) => pan(-0.2),
  KeyD: ({ pan }) => pan(0.2),
  KeyW: ({ zoom }) => zoom(0.5),
  KeyS: ({ zoom }) => zoom(2),
  ArrowUp: ({ lane }) => lane(-1),
  ArrowDown: ({ lane }) => lane(1),
  KeyN: ({ next }) => next(1),
  KeyP: ({ next }) => next(-1),
  Enter: ({ cause }) => cause(),
  Digit0: ({ all }) => all(),
};

/** Carries out a key by its place on the keyboard; others are left to the browser. */
export function keyMove(event: KeyboardEvent, moves: Moves): void {
  const move = KEYS[event.code];
  if (move === undefined || event.ctrlKey || event.metaKey || event.altKey) return;
  event.preventDefault();
  move(moves);
}
