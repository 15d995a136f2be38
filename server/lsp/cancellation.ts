import type { CancellationToken } from 'vscode-languageserver/node';

/** The work is no longer needed: the text changed, or the client cancelled its request. */
export class Cancelled extends Error {
  override readonly name = 'Cancelled';
}

/** A signal that aborts when the client cancels its request. */
export function signalOf(token: CancellationToken): AbortSignal {
  const controller = new AbortController();
  token.onCancellationRequested(() => {
    controller.abort(new Cancelled());
  });
  return controller.signal;
}
