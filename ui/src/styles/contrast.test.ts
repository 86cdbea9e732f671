/** Recomputes the contrast of every text and every part of a control on every ground where it may stand (ui.md §2). */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { describe, expect, it } from 'vitest';

const file = readFileSync(join(import.meta.dirname, 'tokens.css'), 'utf8');

function tokensOf(theme: string): Map<string, string> {
  const block = new RegExp(`\\[data-theme="${theme}"\\] \\{([^}]*)\\}`).exec(file)?.[1] ?? '';
  return new Map([...block.matchAll(/(--[\w-]+):\s*(#[0-9a-f]{6});/g)].map(([, name = '', value = '']) => [name, value]));
}

function luminance(hex: string): number {
  const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((at) => {
    const part = parseInt(hex.slice(at, at + 2), 16) / 255;
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

export function contrast(a: string, b: string): number {
  const [high, low] = [luminance(a), luminance(b)].sort((x, y) => y - x) as [number, number];
  return (high + 0.05) / (low + 0.05);
}

const surfaces = ['--bg', '--bg-side', '--bg-raised', '--bg-inset', '--bg-hover', '--bg-hover-side', '--bg-rail'];
const grounds = [...surfaces, '--bg-active', '--accent-soft'];
const tiers = ['production', 'staging', 'development', 'unknown', 'practice'];

/** The eight fills that a cluster's own colour may give its tile (shared/tiers.ts). */
const fills = [...tiers.map((tier) => `--tier-${tier}-soft`), '--olive-soft', '--ok-soft', '--accent-soft'];

type Pair = [front: string, ground: string, least: number];

function pairs(): Pair[] {
  const texts = ['--fg', '--fg-2', '--fg-3', '--accent', '--danger', '--warn', '--ok', '--olive', ...tiers.map((tier) => `--tier-${tier}`)];
  const edges = tiers.map((tier) => `--tier-${tier}-edge`);
  // Borders of controls and filled buttons stand on surfaces only: a check on a marked row is ringed with `accent`.
  const parts = ['--line-control', '--accent-solid', '--danger-solid'];
  const on = (where: string[], fronts: string[], least: number) => fronts.flatMap((front) => where.map((ground): Pair => [front, ground, least]));
  const softs = ['--danger', '--warn', '--ok', '--accent', '--olive', ...tiers.map((tier) => `--tier-${tier}`)];
  const solids = ['--accent-solid', '--accent-solid-hover', '--danger-solid', '--danger-solid-hover'];
  return [
    ...on(grounds, texts, 4.5),
    ...on(surfaces, parts, 3),
    ...on(grounds, [...edges, '--accent'], 3),
    ...softs.map((name): Pair => [name, `${name}-soft`, 4.5]),
    // A tile's border keeps the tier's colour whatever its fill; letters stand on the fill of their own colour.
    ...edges.flatMap((edge) => fills.map((fill): Pair => [edge, fill, 3])),
    // Sentences of bands, banners and changed cells stand on every soft ground.
    ...softs.flatMap((name) => ['--fg', '--fg-2'].map((text): Pair => [text, `${name}-soft`, 4.5])),
    ...solids.map((solid): Pair => ['--on-solid', solid, 4.5]),
  ];
}

describe.each(['light', 'dark'])('in the %s theme', (theme) => {
  const tokens = tokensOf(theme);

  it('every pair of text and ground can be read', () => {
    const failures = pairs()
      .map(([front, ground, least]) => {
        const [a, b] = [tokens.get(front), tokens.get(ground)];
        return { front, ground, least, ratio: a && b ? contrast(a, b) : 0 };
      })
      .filter(({ ratio, least }) => ratio < least)
      .map(({ front, ground, ratio, least }) => `${front} on ${ground}: ${ratio.toFixed(2)} < ${String(least)}`);
    expect(failures).toEqual([]);
  });

  it('no pair is forgotten', () => {
    expect(pairs().length * 2).toBeGreaterThanOrEqual(440);
  });
});

it('measures contrast as WCAG defines it', () => {
  expect(contrast('#000000', '#ffffff')).toBeCloseTo(21, 5);
  expect(contrast('#777777', '#ffffff')).toBeCloseTo(4.48, 2);
});

it('gives both themes the same tokens', () => {
  expect([...tokensOf('dark').keys()]).toEqual([...tokensOf('light').keys()]);
  expect(tokensOf('light').size).toBe(49);
});
