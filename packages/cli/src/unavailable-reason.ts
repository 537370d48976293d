import { GeodesicError } from '@geodesic/compiler';

/** Why a backend could not be opened, in one line, without what to do about it. */
export function unavailableReason(error: unknown): string {
  const isWrapped = error instanceof GeodesicError && error.code === 'backend.unavailable';
  const told = isWrapped && error.cause instanceof Error ? error.cause : error;
  const message = told instanceof Error ? told.message : String(told);
  return message.trim().replaceAll(/\s*\n\s*/g, ' ');
}
