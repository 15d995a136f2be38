import { createFileRegistry, type FileRegistry } from '@bufbuild/protobuf';
import { describeTexts, type Texts } from '../protoc.ts';

/** Compiles these files with protoc and the given `-I` folders. Throws protoc's messages if it rejects them. */
export function compile(texts: Texts, roots?: readonly string[]): FileRegistry {
  return createFileRegistry(describeTexts(texts, roots));
}

/** protoc's errors. Empty if it accepts the files. */
export function complaints(texts: Texts): string {
  try {
    describeTexts(texts);
    return '';
  } catch (error) {
    // execFileSync adds the process's output to the error that it throws.
    return String((error as { stderr?: unknown }).stderr);
  }
}
