import type { Refusal } from '../protocol.js';

/** What the server refused, or that it is gone. */
export class AskError extends Error {
  readonly code: string;

  constructor(code: string, message: string) {
    super(message);
    this.code = code;
  }
}

/**
 * Asks the page's server; without a question it is a GET.
 *
 * @throws AskError `view.gone` where it does not answer, and what it refuses
 * @throws the signal's reason when aborted
 */
export async function ask<Reply>(path: string, question?: object, signal?: AbortSignal): Promise<Reply> {
  const response = await fetch(path, {
    ...(question && {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify(question),
    }),
    ...(signal && { signal }),
  }).catch((error: unknown) => {
    signal?.throwIfAborted();
    throw new AskError(
      'view.gone',
      `the server does not answer (${String(error)}): start geodesic view again`,
    );
  });
  if (!response.ok) throw new AskError('view.unexpected', `${path} was answered with ${response.status}`);
  const reply = (await response.json()) as Reply | Refusal;
  if (isRefusal(reply)) throw new AskError(reply.refused.code, reply.refused.message);
  return reply;
}

function isRefusal(reply: unknown): reply is Refusal {
  return typeof reply === 'object' && reply !== null && 'refused' in reply;
}
