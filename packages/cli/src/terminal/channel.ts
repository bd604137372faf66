/** One of the two channels of a process. */
export interface Channel {
  write(text: string): void;
  /** Done when the reader has room for more. */
  drained(): Promise<void>;
  /** Whether the channel is a terminal, on which lines may be redrawn. */
  readonly live: boolean;
  readonly colour: boolean;
  /** Characters in a line, when it is known. */
  readonly columns: number | undefined;
}
