import type { CancellationToken } from 'vscode-languageserver/node';

/** The result of some work is no longer needed, for example because the text changed. */
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
