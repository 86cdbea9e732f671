/** The filter of one list: text that filters at once, and tokens. A token that the backend refuses stays in the box with
 * the reason, and filters nothing. It decides nothing about what a token means. */
import { completions, isWhole, split, type Completion } from './tokens';

export interface Token {
  readonly text: string;
  /** Until the backend has answered it is asked. */
  readonly is: 'asked' | 'taken' | 'refused';
  /** Why it was refused. */
  readonly problem: string | null;
}

export class Filter {
  /** What stands in the box beside the tokens. */
  typed = $state('');
  tokens = $state.raw<readonly Token[]>([]);
  /** Which token the keys act on; -1 for none. */
  selected = $state(-1);
  /** Which of the completions the arrow keys are on; -1 for none. */
  active = $state(-1);
  /** What is known to be named behind a key. */
  columns = $state.raw<readonly string[]>([]);
  namespaces = $state.raw<readonly string[]>([]);

  /** The text has changed, or the tokens. */
  onchange: () => void = () => undefined;

  readonly #split = $derived(split(this.typed, this.columns));
  #isOffering = $state(false);
  readonly offered: readonly Completion[] = $derived(this.#isOffering ? completions(this.typed, this.columns, this.namespaces) : []);

  /** What filters as it is typed. */
  get text(): string {
    return this.#split.text;
  }

  /** The tokens that filter. */
  get filters(): string[] {
    return this.tokens.filter(({ is }) => is !== 'refused').map(({ text }) => text);
  }

  /** Whether rows are hidden by it. */
  get isSet(): boolean {
    return this.text !== '' || this.filters.length > 0;
  }

  get isEmpty(): boolean {
    return this.typed === '' && this.tokens.length === 0;
  }

  /** The first reason for which a token was refused. */
  get problem(): string | null {
    return this.tokens.find(({ is }) => is === 'refused')?.problem ?? null;
  }

  setTyped(typed: string): void {
    this.typed = typed;
    this.selected = -1;
    this.active = -1;
    this.#isOffering = true;
    this.onchange();
  }

  /** Makes a token of what was typed, if it is one. */
  complete(): boolean {
    const { text, token } = this.#split;
    if (token === '' || !isWhole(token)) return false;
    this.typed = text;
    this.stopOffering();
    const others = this.tokens.filter((known) => known.text !== token);
    this.#setTokens([...others, { text: token, is: 'asked', problem: null }]);
    return true;
  }

  /** Takes the completion that the arrow keys are on. */
  takeOffered(at: number): boolean {
    const offer = this.offered[at];
    if (offer === undefined) return false;
    this.setTyped(offer.typed);
    if (!offer.isKey) this.stopOffering();
    return true;
  }

  stopOffering(): void {
    this.#isOffering = false;
    this.active = -1;
  }

  /** Moves among what is offered; false where nothing is. */
  moveOffered(by: 1 | -1): boolean {
    if (this.offered.length === 0) return false;
    this.active = Math.max(-1, Math.min(this.offered.length - 1, this.active + by));
    return true;
  }

  /** At the beginning of the box: selects the last token, and removes the selected one. */
  erase(): boolean {
    if (this.tokens.length === 0) return false;
    if (this.selected < 0) this.selected = this.tokens.length - 1;
    else this.removeAt(this.selected);
    return true;
  }

  /** From token to token, and back into the box behind the last one. */
  moveSelected(by: 1 | -1): boolean {
    if (this.tokens.length === 0 || (this.selected < 0 && by > 0)) return false;
    const to = this.selected < 0 ? this.tokens.length - 1 : Math.max(0, this.selected + by);
    this.selected = to >= this.tokens.length ? -1 : to;
    return true;
  }

  removeAt(at: number): void {
    this.#setTokens(this.tokens.filter((_, index) => index !== at));
  }

  /** Puts a token back into the box to change it. */
  editAt(at: number): void {
    const token = this.tokens[at];
    if (token === undefined) return;
    this.typed = [this.text, token.text].filter((part) => part !== '').join(' ');
    this.removeAt(at);
  }

  clear(): void {
    this.typed = '';
    this.stopOffering();
    this.#setTokens([]);
  }

  /** Other tokens in place of all that stands there. */
  replace(tokens: readonly string[]): void {
    this.typed = '';
    this.stopOffering();
    this.#setTokens(tokens.map((text) => ({ text, is: 'asked', problem: null })));
  }

  /** Another list: nothing of the filter before is left, and nobody is told. */
  reset(tokens: readonly string[] = []): void {
    this.typed = '';
    this.tokens = tokens.map((text) => ({ text, is: 'taken', problem: null }));
    this.selected = -1;
    this.stopOffering();
  }

  /** The backend filters by these. */
  took(filters: readonly string[]): void {
    this.tokens = this.tokens.map((token) => (token.is === 'asked' && filters.includes(token.text) ? { ...token, is: 'taken' } : token));
  }

  /** It does not: those among them that were new mean nothing, for this reason. False where none was new. */
  refused(filters: readonly string[], problem: string): boolean {
    const isNew = ({ is, text }: Token) => is === 'asked' && filters.includes(text);
    if (!this.tokens.some(isNew)) return false;
    this.tokens = this.tokens.map((token) => (isNew(token) ? { ...token, is: 'refused', problem } : token));
    return true;
  }

  /** None of them can be asked of this list. False where there is none. */
  refuseAll(problem: string): boolean {
    const filters = this.filters;
    this.tokens = this.tokens.map((token) => (token.is === 'refused' ? token : { ...token, is: 'refused', problem }));
    return filters.length > 0;
  }

  #setTokens(tokens: readonly Token[]): void {
    this.tokens = tokens;
    this.selected = -1;
    this.onchange();
  }
}
