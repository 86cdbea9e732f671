/** One fact of a thing: what it is called and what it is. */
export interface Fact {
  readonly label: string;
  readonly text: string;
  /** In the code font. */
  readonly isCode?: boolean;
  /** A state as the server prints it: with its glyph. */
  readonly isState?: boolean;
  /** What the server says that the label means. */
  readonly tip?: string;
  /** It has a button that copies it, under this name. */
  readonly copies?: string;
}
