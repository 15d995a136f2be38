import type { CancellationToken } from 'vscode-languageserver/node';

/** The work's result is no longer needed. */
export class Cancelled extends Error {
  override readonly name = 'Cancelled';
}

export function signalOf(token: CancellationToken): AbortSignal {
  const controller = new AbortController();
  token.onCancellationRequested(() => {
    controller.abort(new Cancelled());
  });
  return controller.signal;
}
