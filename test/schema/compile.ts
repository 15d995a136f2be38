import { createFileRegistry, type FileRegistry } from '@bufbuild/protobuf';
import { describeTexts, type Texts } from '../protoc.ts';

/**
 * Compiles these files with protoc.
 * @param roots the `-I` folders
 * @throws Error with protoc's messages if it rejects the files
 */
export function compile(texts: Texts, roots?: readonly string[]): FileRegistry {
  return createFileRegistry(describeTexts(texts, roots));
}

/** Empty if protoc accepts the files. */
export function protocErrors(texts: Texts): string {
  try {
    describeTexts(texts);
    return '';
  } catch (error) {
    // execFileSync adds the process's output to the error that it throws.
    return String((error as { stderr?: unknown }).stderr);
  }
}
