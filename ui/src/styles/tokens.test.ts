/** What must not stand in the page's sources: colours outside the token file, HTML sinks, style text, a second door. */
import { readdirSync, readFileSync } from 'node:fs';
import { join, relative, sep } from 'node:path';

import { describe, expect, it } from 'vitest';

const root = join(import.meta.dirname, '..');

type Source = { path: string; text: string };

const sources: Source[] = readdirSync(root, { recursive: true, encoding: 'utf8' })
  .filter((path) => /\.(svelte|ts|css)$/.test(path) && !path.endsWith('.test.ts') && !path.includes('bindings'))
  .map((path) => ({ path: path.split(sep).join('/'), text: readFileSync(join(root, path), 'utf8') }));

/** Lines of the sources, other than the excepted files, that match. */
function found(pattern: RegExp, excepted: readonly string[] = []): string[] {
  return sources
    .filter(({ path }) => !excepted.some((prefix) => path.startsWith(prefix)))
    .flatMap(({ path, text }) => text.split('\n').map((line, index) => ({ where: `${path}:${String(index + 1)}`, line })))
    .filter(({ line }) => pattern.test(line))
    .map(({ where, line }) => `${where} ${line.trim()}`);
}

function imports({ path, text }: Source): string[] {
  return [...text.matchAll(/from '(\.[^']+)'/g)].map(([, target = '']) => relative(root, join(root, path, '..', target)).split(sep).join('/'));
}

describe('in the sources of the page', () => {
  it('no colour is written outside the token file', () => {
    const named = '(?:color|background|border|outline|fill|stroke|shadow)[\\w-]*:[^;]*\\b(?:red|green|blue|white|black|gr[ae]y|orange|yellow|purple|crimson)\\b';
    const colour = new RegExp(`#[0-9a-fA-F]{3,8}\\b(?=[\\s;,)'"])|\\b(?:rgb|hsl|oklch|lab|lch)a?\\(|${named}`);
    expect(found(colour, ['styles/tokens.css', 'ipc/fake'])).toEqual([]);
  });

  it('nothing makes HTML from data', () => {
    expect(found(/\{@html|innerHTML|outerHTML|insertAdjacentHTML|document\.write|\bnew Function\b|\beval\(/)).toEqual([]);
  });

  it('no style text stands in the markup', () => {
    expect(found(/\sstyle="|setAttribute\('style'/)).toEqual([]);
  });

  it('only ipc/tauri.ts names Tauri', () => {
    expect(found(/@tauri-apps/, ['ipc/tauri.ts'])).toEqual([]);
  });

  it('a feature imports no other feature', () => {
    const feature = (path: string) => /^features\/(\w+)\//.exec(path)?.[1];
    const wrong = sources.flatMap((source) => {
      const own = feature(source.path);
      return own ? imports(source).filter((target) => feature(target) && feature(target) !== own).map((target) => `${source.path} → ${target}`) : [];
    });
    expect(wrong).toEqual([]);
  });

  it('shared/ imports no feature', () => {
    const shared = sources.filter(({ path }) => path.startsWith('shared/'));
    expect(shared.length).toBeGreaterThan(10);
    expect(shared.flatMap(imports).filter((target) => target.startsWith('features/') || target.startsWith('app/'))).toEqual([]);
  });

  it('no file is longer than 500 lines', () => {
    const long = sources.filter(({ path, text }) => !path.startsWith('ipc/fake') && text.trimEnd().split('\n').length > 500).map(({ path }) => path);
    expect(long).toEqual([]);
  });
});
