/** The options of a deletion that nobody changed. */
import type { DeleteOptions } from '../ipc/types';

export const STANDARD_OPTIONS: DeleteOptions = {
  propagation: 'background',
  gracePeriodSeconds: null,
  onlyIfUnchanged: false,
  order: 'together',
  until: 'gone',
};
