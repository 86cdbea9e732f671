import { expect, it } from 'vitest';

import { STEPS, Tour, type Scene } from './tour.svelte';

const still: Scene = { isPractice: true, hasCurrent: false, isPlanning: false, isDeleting: false, gone: 0 };

function begin(tourSteps = 0) {
  const kept = {
    settings: { tourSteps },
    change: (change: { tourSteps: number }) => void (kept.settings = change),
  };
  const tour = new Tour(kept);
  tour.notice(still);
  tour.start();
  return { tour, kept };
}

it('notices each step that the person takes, and keeps how far they came', () => {
  const { tour, kept } = begin();
  expect(tour.step).toBe(0);
  tour.notice({ ...still, hasCurrent: true });
  expect(tour.step).toBe(1);
  tour.notice({ ...still, isPlanning: true });
  expect(tour.step).toBe(2);
  tour.read();
  expect(tour.step).toBe(3);
  tour.notice({ ...still, isDeleting: true });
  expect(tour.step).toBe(3);
  tour.notice({ ...still, gone: 1 });
  expect([tour.step, kept.settings.tourSteps]).toEqual([4, 4]);
  const garden = { clusters: [{ cluster: 'c', name: 'garden', tier: 'development' as const, isPractice: true }], items: [{ state: 'restored' } as never] };
  tour.restored({ ...garden, clusters: [{ cluster: 'p', name: 'real', tier: 'production', isPractice: false }] });
  expect(tour.step).toBe(4);
  tour.restored(garden);
  expect([tour.step, kept.settings.tourSteps]).toEqual([STEPS, STEPS]);
});

it('who plans at once has pointed, and who confirms has read', () => {
  const { tour } = begin();
  tour.notice({ ...still, isPlanning: true });
  expect(tour.step).toBe(2);
  tour.notice({ ...still, isDeleting: true });
  expect(tour.step).toBe(3);
});

it('a review that was put away is taken again, and goes on where it was', () => {
  const { tour } = begin();
  tour.notice({ ...still, isPlanning: true });
  tour.read();
  tour.notice(still);
  expect(tour.step).toBe(1);
  tour.notice({ ...still, isPlanning: true });
  expect(tour.step).toBe(3);
});

it('a deletion that was refused, or one of before, is not the one that it waits for', () => {
  const { tour } = begin();
  tour.notice({ ...still, isPlanning: true, gone: 3 });
  tour.notice({ ...still, isDeleting: true, gone: 3 });
  tour.notice({ ...still, gone: 3 });
  expect(tour.step).toBe(1);
  tour.notice({ ...still, gone: 4 });
  expect(tour.step).toBe(4);
});

it('notices nothing in a real cluster, and nothing when it was left', () => {
  const { tour } = begin();
  tour.notice({ ...still, isPractice: false, hasCurrent: true, isPlanning: true });
  expect(tour.step).toBe(0);
  tour.leave();
  tour.notice({ ...still, hasCurrent: true });
  expect([tour.isOpen, tour.step]).toEqual([false, 0]);
});

it('goes on where it was left, and begins anew once it was done', () => {
  expect(begin(1).tour.step).toBe(1);
  expect(begin(4).tour.step).toBe(4);
  expect(begin(STEPS).tour.step).toBe(0);
});
