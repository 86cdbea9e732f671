/** Failures that nobody else caught. Each is said once, in a banner, and stays until it is read. */
import type { ApiError } from '../ipc/types';
import { toApiError } from '../ipc/backend';

export class Faults {
  list: ApiError[] = $state.raw([]);

  add(cause: unknown): void {
    const error = toApiError(cause);
    if (this.list.some((known) => known.code === error.code && known.message === error.message)) return;
    this.list = [...this.list, error];
  }

  close(error: ApiError): void {
    this.list = this.list.filter((known) => known !== error);
  }
}
