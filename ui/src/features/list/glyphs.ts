/** A state's glyph as one path, so that a row that shows another object changes one attribute and makes no element. */
import { icons, type IconName } from '../../shared/icons/icons';
import { stateLook, type Tone } from '../../shared/states';

export interface Glyph {
  readonly path: string;
  readonly stroke: 'line' | 'filled' | 'dashed';
  readonly tone: Tone;
}

const paths = new Map<IconName, Pick<Glyph, 'path' | 'stroke'>>();
const states = new Map<string, Glyph | null>();
/** Words of states are few; a server that invents them without end does not fill the memory. */
const MOST_STATES = 500;

function circle(x: number, y: number, r: number): string {
  return `M${String(x - r)} ${String(y)}a${String(r)} ${String(r)} 0 1 0 ${String(2 * r)} 0a${String(r)} ${String(r)} 0 1 0 ${String(-2 * r)} 0`;
}

function pathOf(icon: IconName): Pick<Glyph, 'path' | 'stroke'> {
  const known = paths.get(icon);
  if (known !== undefined) return known;
  const text: string = icons[icon];
  const stroke = text.startsWith('!') ? 'filled' : text.startsWith('~') ? 'dashed' : 'line';
  const path = text
    .replace(/^[!~]/, '')
    .replace(/\(([\d.]+) ([\d.]+) ([\d.]+)\)/g, (_, x: string, y: string, r: string) => circle(Number(x), Number(y), Number(r)));
  const made = { path, stroke } as const;
  paths.set(icon, made);
  return made;
}

export function glyphOf(icon: IconName, tone: Tone): Glyph {
  return { ...pathOf(icon), tone };
}

/** The glyph of a state as the server prints it; null for a word that is not known to us. */
export function stateGlyph(word: string): Glyph | null {
  const known = states.get(word);
  if (known !== undefined) return known;
  const look = stateLook(word);
  const glyph = look === null ? null : glyphOf(look.icon, look.tone);
  if (states.size >= MOST_STATES) states.clear();
  states.set(word, glyph);
  return glyph;
}

export const WARNING = glyphOf('warning', 'warn');
export const HOURGLASS = glyphOf('hourglass', 'warn');
