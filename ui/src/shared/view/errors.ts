/** A rejection of the host is an `ApiError`; anything else is a fault of our own and still has to be said. */
import type { ApiError } from '../../ipc/bindings/ApiError';

export function asApiError(error: unknown): ApiError {
  if (typeof error === 'object' && error !== null && 'code' in error && 'message' in error) return error as ApiError;
  return {
    code: 'serverFailed',
    message: error instanceof Error ? error.message : String(error),
    hint: null,
    cluster: null,
    object: null,
    retryable: false,
    status: null,
    serverWords: null,
    auditId: null,
  };
}
