let isDone = false;

/** Records that the command has given its answer, or that its reader is gone. */
export function markOver(): void {
  isDone = true;
}

export function isOver(): boolean {
  return isDone;
}
