import { createFileRegistry, type FileRegistry } from '@bufbuild/protobuf';
import { describeTexts, type Texts } from '../protoc.ts';

/** What protoc makes of these files, with the given `-I` folders. Throws with its messages where it rejects them. */
export function compile(texts: Texts, roots?: readonly string[]): FileRegistry {
  return createFileRegistry(describeTexts(texts, roots));
}

/** What protoc complains about; empty where it accepts the files. */
export function complaints(texts: Texts): string {
  try {
    describeTexts(texts);
    return '';
  } catch (error) {
    // execFileSync adds what the process wrote to the error that it throws.
    return String((error as { stderr?: unknown }).stderr);
  }
}
