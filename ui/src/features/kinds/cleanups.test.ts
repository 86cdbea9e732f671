import { describe, expect, it } from 'vitest';

import { seedKinds } from '../../ipc/fake/clusters';
import type { KindSummary } from '../../ipc/types';
import { cleanUps } from './cleanups';

const kinds = seedKinds();
const named = (name: string): KindSummary => {
  const kind = kinds.find((one) => one.name === name);
  if (kind === undefined) throw new Error(name);
  return kind;
};

describe('what can be cleaned up', () => {
  it('is of kinds that are served, and of the one on screen', () => {
    const titles = cleanUps([named('Pod'), named('ConfigMap')], named('KafkaTopic'), '').map(({ title }) => title);
    expect(titles).toEqual([
      'Finished Pods',
      'Failed Pods',
      'Evicted Pods',
      'Unused ConfigMaps',
      'KafkaTopics terminating for 10 minutes',
      'KafkaTopics older than 30 days',
    ]);
  });
  it('is found by its words', () => {
    expect(cleanUps(kinds, named('Pod'), 'unused sec').map(({ title }) => title)).toEqual(['Unused Secrets']);
  });
  it('leaves out what may not be deleted', () => {
    const pods = { ...named('Pod'), isDeletable: false };
    expect(cleanUps([pods], pods, '')).toEqual([]);
  });
  it('is an ordinary list with an ordinary filter', () => {
    const [evicted] = cleanUps(kinds, named('Node'), 'evicted');
    expect(evicted).toMatchObject({ kind: { kind: { plural: 'pods' } }, tokens: ['status:Evicted'] });
  });
});
