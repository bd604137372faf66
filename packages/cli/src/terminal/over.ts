let isDone = false;

/** Records that the command has printed its answer, or that its output was closed. */
export function markOver(): void {
  isDone = true;
}

export function isOver(): boolean {
  return isDone;
}
