import { Console } from 'node:console';
import process from 'node:process';
import type { Writable } from 'node:stream';
import {
  AbstractMessageWriter,
  type Message,
  type MessageReader,
  type MessageWriter,
  StreamMessageReader,
} from 'vscode-languageserver/node';

/** The process exits when the input ends. */
export function stdio(): [MessageReader, MessageWriter] {
  // Text that a library prints to standard output would become part of a message.
  globalThis.console = new Console(process.stderr);
  const reader = new StreamMessageReader(process.stdin);
  // `shutdown` sets the exit code to 0. If the input ends without it, the client has crashed.
  reader.onClose(() => process.exit(process.exitCode ?? 1));
  return [reader, new WholeMessageWriter(process.stdout)];
}

/** The library's writer waits between header and content, which is slower. */
class WholeMessageWriter extends AbstractMessageWriter implements MessageWriter {
  readonly #stream: Writable;
  #errors = 0;

  constructor(stream: Writable) {
    super();
    this.#stream = stream;
    stream.on('error', (error) => {
      this.fireError(error);
    });
    stream.on('close', () => {
      this.fireClose();
    });
  }

  write(message: Message): Promise<void> {
    const content = JSON.stringify(message);
    return new Promise((resolve, reject) => {
      this.#stream.write(`Content-Length: ${Buffer.byteLength(content)}\r\n\r\n${content}`, (error) => {
        if (error instanceof Error) {
          this.fireError(error, message, ++this.#errors);
          reject(error);
        } else {
          resolve();
        }
      });
    });
  }

  end(): void {
    this.#stream.end();
  }
}
