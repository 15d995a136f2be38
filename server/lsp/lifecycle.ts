import {
  type Connection,
  ErrorCodes,
  Message,
  type MessageStrategy,
  type RequestMessage,
  ResponseError,
} from 'vscode-languageserver/node';

type Next = Parameters<MessageStrategy['handleMessage']>[1];

/**
 * Refuses requests before `initialize` and after `shutdown`, which the library would answer, and ignores notifications before
 * `initialize`.
 * https://microsoft.github.io/language-server-protocol/specifications/lsp/3.18/specification/#lifeCycleMessages
 */
export class Lifecycle implements MessageStrategy {
  #phase: 'started' | 'initialized' | 'shut-down' = 'started';

  handleMessage(message: Message, next: Next): ReturnType<Next> {
    if (Message.isNotification(message) && this.#phase === 'started' && message.method !== 'exit') return;
    if (!Message.isRequest(message)) return next(message);
    const isInitialize = message.method === 'initialize';
    const isAllowed = this.#phase === 'started' ? isInitialize : this.#phase === 'initialized' && !isInitialize;
    if (!isAllowed) {
      const refused: RequestMessage = { ...message, method: REFUSED };
      return next(refused);
    }
    if (isInitialize) this.#phase = 'initialized';
    if (message.method === 'shutdown') this.#phase = 'shut-down';
    return next(message);
  }

  listen(connection: Connection): void {
    connection.onRequest(REFUSED, () => this.#refusal());
  }

  #refusal(): ResponseError {
    switch (this.#phase) {
      case 'started':
        return new ResponseError(ErrorCodes.ServerNotInitialized, 'The first request must be `initialize`.');
      case 'initialized':
        return new ResponseError(ErrorCodes.InvalidRequest, '`initialize` can be sent only once.');
      case 'shut-down':
        return new ResponseError(ErrorCodes.InvalidRequest, 'There can be no request after `shutdown`.');
    }
  }
}

/** A refused request gets this method, because only the handler of a method can answer with an error. */
const REFUSED = 'protoCompat/refused';
