import { describe, expect, it, vi } from 'vitest';

import { createFake } from '../../ipc/fake';
import { Adding } from './adding.svelte';
import { addedTitle, knownText, problemText, removeText } from './words';

const config = (...names: string[]) => `apiVersion: v1\nkind: Config\nclusters: []\ncontexts:\n${names.map((name) => `- name: ${name}\n`).join('')}`;

function made() {
  const fake = createFake('list');
  const changed = vi.fn();
  return { fake, changed, adding: new Adding(fake, changed) };
}

describe('what is pasted', () => {
  it('becomes clusters, and leaves the field: it holds credentials', async () => {
    const { adding, changed } = made();
    adding.open();
    adding.text = config('one', 'payments-prod-eu');
    await adding.addText();
    expect(adding.result).toEqual({ added: ['c-one'], known: ['payments-prod-eu'], problems: [] });
    expect(adding.text).toBe('');
    expect(changed.mock.lastCall?.[0].clusters.at(-1)).toMatchObject({ name: 'one', isAdded: true });
  });

  it('leaves the field as well where something is to be said of it: that it is kept for this run only, for instance', async () => {
    const { adding, fake } = made();
    adding.open();
    vi.spyOn(fake, 'clustersAdd').mockResolvedValue({ added: ['c-one'], known: [], problems: [{ file: '', line: null, message: 'no keyring answers' }] });
    adding.text = config('one');
    await adding.addText();
    expect([adding.text, adding.result?.problems.length]).toEqual(['', 1]);
  });

  it('stays to be mended where it could not be taken, until the sheet closes', async () => {
    const { adding, changed } = made();
    adding.open();
    adding.text = 'hello';
    await adding.addText();
    expect(adding.result?.problems).toHaveLength(1);
    expect(adding.text).toBe('hello');
    expect(changed).not.toHaveBeenCalled();
    adding.close();
    expect([adding.text, adding.result]).toEqual(['', null]);
  });

  it('is not sent when it is nothing', async () => {
    const { adding, fake } = made();
    const sent = vi.spyOn(fake, 'clustersAdd');
    adding.text = ' \n';
    await adding.addText();
    expect(sent).not.toHaveBeenCalled();
  });

  it('that the backend refuses says why', async () => {
    const { adding, fake } = made();
    vi.spyOn(fake, 'clustersAdd').mockRejectedValue({ code: 'storageFailed', message: 'disk full' });
    adding.text = config('one');
    await adding.addText();
    expect(adding.error?.code).toBe('storageFailed');
    expect([adding.text !== '', adding.busy]).toEqual([true, null]);
  });
});

describe('what is picked', () => {
  it('may be nothing: then all stays as it is', async () => {
    const { adding, fake } = made();
    vi.spyOn(fake, 'clustersAddPick').mockResolvedValue(null);
    await adding.pick('folder');
    expect([adding.result, adding.error, adding.busy]).toEqual([null, null, null]);
  });

  it('is asked for once at a time', async () => {
    const { adding, fake } = made();
    const asked = vi.spyOn(fake, 'clustersAddPick');
    await Promise.all([adding.pick('files'), adding.pick('files')]);
    expect(asked).toHaveBeenCalledOnce();
  });
});

describe('what is dropped', () => {
  it('opens the sheet, and problems name the file they are in', async () => {
    const { adding, fake } = made();
    fake.drag('dropped', ['/home/a/one.yaml', '/home/a/notes.txt', '/home/a/payments-prod-eu']);
    await adding.dragged('dropped', true);
    expect(adding.isOpen).toBe(true);
    expect(adding.result?.added).toEqual(['c-one']);
    expect(adding.result?.known).toEqual(['payments-prod-eu']);
    expect(adding.result?.problems.map((problem) => problem.file)).toEqual(['/home/a/notes.txt']);
  });

  it('is shown to be possible while it hovers, and only then', async () => {
    const { adding, fake } = made();
    const asked = vi.spyOn(fake, 'clustersAddDropped');
    await adding.dragged('over', true);
    expect(adding.isOver).toBe(true);
    await adding.dragged('left', true);
    expect(adding.isOver).toBe(false);
    await adding.dragged('over', false);
    expect(adding.isOver).toBe(false);
    expect(asked).not.toHaveBeenCalled();
    await adding.dragged('over', true);
    await adding.dragged('dropped', true);
    expect([adding.isOver, asked.mock.calls.length]).toEqual([false, 1]);
  });

  it('while another sheet asks is not added, and that is said until the next drop', async () => {
    const { adding, fake } = made();
    const asked = vi.spyOn(fake, 'clustersAddDropped');
    await adding.dragged('dropped', false);
    expect([adding.isOpen, adding.isMissed]).toEqual([false, true]);
    expect(asked).not.toHaveBeenCalled();
    await adding.dragged('dropped', true);
    expect(adding.isMissed).toBe(false);
  });

  it('while something else is being added waits for it', async () => {
    const { adding, fake } = made();
    let end: (picked: null) => void = () => undefined;
    vi.spyOn(fake, 'clustersAddPick').mockReturnValue(new Promise((resolve) => (end = resolve)));
    const picking = adding.pick('files');
    fake.drag('dropped', ['/home/a/one.yaml']);
    await adding.dragged('dropped', true);
    expect(adding.result).toBeNull();
    end(null);
    await picking;
    expect(adding.result?.added).toEqual(['c-one']);
  });
});

describe('taking a cluster off the list', () => {
  it('asks first, and what was taken off can be shown again', async () => {
    const { adding, fake, changed } = made();
    adding.askRemove(fake.world.cluster('c-payments-prod-us'));
    expect(fake.world.hidden).toEqual([]);
    expect(await adding.remove()).toBe(true);
    expect(changed.mock.lastCall?.[0].hidden).toMatchObject([{ id: 'c-payments-prod-us', source: '~/.kube/config' }]);
    await adding.restore('c-payments-prod-us');
    expect(changed.mock.lastCall?.[0].hidden).toEqual([]);
  });

  it('that fails says why and takes nothing off', async () => {
    const { adding, fake, changed } = made();
    vi.spyOn(fake, 'clusterRemove').mockRejectedValue({ code: 'storageFailed', message: 'disk full' });
    adding.askRemove(fake.world.cluster('c-payments-prod-us'));
    expect(await adding.remove()).toBe(false);
    expect(adding.removeError?.code).toBe('storageFailed');
    expect(changed).not.toHaveBeenCalled();
  });
});

describe('the words', () => {
  it.each([
    [{ added: ['a'], known: [], problems: [] }, '1 cluster was added.'],
    [{ added: ['a', 'b'], known: ['c'], problems: [] }, '2 clusters were added.'],
    [{ added: [], known: ['c'], problems: [] }, 'Nothing is new.'],
    [{ added: [], known: [], problems: [{ file: 'f', line: 1, message: 'm' }] }, 'Nothing was added.'],
  ])('of %j are %s', (result, expected) => expect(addedTitle(result)).toBe(expected));

  it('name a few and count the rest', () => {
    expect(knownText({ added: [], known: [...'abcdefgh'], problems: [] })).toBe('In the list already: a, b, c, d, e, f and 2 more.');
  });

  it.each([
    ['f.yaml', 19, 'f.yaml, line 19: it is broken.'],
    ['f.yaml', null, 'f.yaml: it is broken.'],
    ['', null, 'it is broken.'],
    ['added in Secateur', null, 'it is broken.'],
  ])('of a problem in %s line %s are %s', (of, line, expected) => expect(problemText({ file: of, line, message: 'it is broken' })).toBe(expected));

  it('of removing say what stays', () => {
    const { fake } = made();
    const cluster = fake.world.cluster('c-payments-prod-us');
    expect(removeText(cluster)).toContain('The cluster and ~/.kube/config stay as they are.');
    expect(removeText({ ...cluster, isAdded: true })).toContain('is forgotten');
  });
});
