import { describe, expect, it, vi } from 'vitest';

import type { Column } from '../../ipc/types';
import { Looks } from '../../shared/looks.svelte';
import { pod } from '../../shared/view/scripted';
import { columnsThatFit, defaultWidth, fittedWidth, layOut, NAME_LEAST, roughly } from './columns';
import { podKind } from './scene';
import { Widths } from './widths.svelte';

const column = (name: string, kind: Column['kind']): Column => ({ id: name.toLowerCase(), name, description: '', kind, isWide: false });
const pods = [column('Namespace', 'namespace'), column('Name', 'name'), column('Ready', 'text'), column('Status', 'status'), column('Restarts', 'number'), column('Age', 'age'), column('Node', 'text')];
const px = (rem: number) => Math.round(rem * 16);

describe('columns', () => {
  it('of Pods are as wide as the interface says', () => {
    const widths = pods.map((one, at) => px(defaultWidth(one, at, [], roughly).rem));
    expect(widths).toEqual([136, 200, 60, 168, 108, 64, 232]);
  });

  it('of other kinds are as wide as what they hold', () => {
    const rows = [pod('a', { cells: ['a-rather-long-hostname.example.com'] })];
    expect(px(defaultWidth(column('Hosts', 'text'), 0, rows, roughly).rem)).toBeGreaterThan(230);
    expect(px(defaultWidth(column('X', 'text'), 0, [], roughly).rem)).toBeLessThan(70);
  });

  it('keep names whole as long as there is room for other columns', () => {
    const rows = [pod('a', { cells: ['checkout-features-backfill-29403180-lr4gz'] })];
    expect(px(defaultWidth(column('Name', 'name'), 0, rows, roughly).rem)).toBeGreaterThan(300);
    const long = [pod('a', { cells: ['a'.repeat(253)] })];
    expect(px(defaultWidth(column('Name', 'name'), 0, long, roughly).rem)).toBe(320);
    expect(px(fittedWidth(column('Name', 'name'), 0, long, roughly))).toBe(480);
  });

  it('are name, status, age in a narrow window and name, status in a tiny one', () => {
    const names = (width: number) => columnsThatFit(pods, width).map((at) => pods[at]?.name);
    expect(names(1280)).toHaveLength(7);
    expect(names(959)).toEqual(['Name', 'Status', 'Age']);
    expect(names(599)).toEqual(['Name', 'Status']);
  });

  it('leave the rest to the name, and the menu its place', () => {
    const layout = layOut([{ rem: NAME_LEAST, isRest: true }, { rem: 4, isRest: false }], 1440);
    expect(layout.template).toBe('2.25rem minmax(12.5rem, 1fr) 4rem 1.75rem');
    expect(px(layout.least)).toBe(36 + 200 + 64 + 28);
  });

  const written = vi.fn(() => Promise.resolve(null));

  it('do not change their width with later windows, nor when another one is hidden', () => {
    const widths = new Widths(new Looks({ listLookWrite: written }));
    const [hosts, other] = [column('Hosts', 'text'), column('Other', 'text')];
    widths.take(podKind.kind, [hosts, other], [pod('a', { cells: ['short', 'x'] })]);
    const { template } = widths.layout;
    widths.take(podKind.kind, [hosts, other], [pod('a', { cells: ['a-much-longer-text-than-before', 'x'] })]);
    expect(widths.layout.template).toBe(template);
    widths.take(podKind.kind, [hosts], [pod('a', { cells: ['a-much-longer-text-than-before'] })]);
    expect(template).toContain(widths.layout.template.split(' ')[1]);
  });

  it('keep a dragged width for the kind, from when the grip is let go', () => {
    const looks = new Looks({ listLookWrite: written });
    const widths = new Widths(looks);
    const hosts = column('Hosts', 'text');
    widths.take(podKind.kind, [hosts], [pod('a', { cells: ['short'] })]);
    widths.drag({ at: 0, column: hosts }, 20, 0);
    expect(widths.layout.template).toContain('20rem');
    expect(looks.of(podKind.kind).widths).toEqual({});
    widths.cancel();
    expect(widths.layout.template).not.toContain('20rem');
    widths.drag({ at: 0, column: hosts }, 20, 0);
    widths.settle();
    const later = new Widths(looks);
    later.take(podKind.kind, [hosts], [pod('a', { cells: ['short'] })]);
    expect(later.layout.template).toContain('20rem');
  });

  it('let the grip follow the pointer: the name before it keeps its width', () => {
    const looks = new Looks({ listLookWrite: written });
    const widths = new Widths(looks);
    const [name, age] = [column('Name', 'name'), column('Age', 'age')];
    widths.take(podKind.kind, [name, age], [pod('a', { cells: ['a', '1s'] })]);
    widths.drag({ at: 1, column: age }, 10, 30);
    expect(widths.layout.template).toContain('30rem 10rem');
    widths.settle();
    expect(looks.of(podKind.kind).widths).toEqual({ name: 480, age: 160 });
  });
});
