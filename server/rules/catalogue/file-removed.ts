import type { Diff, MessagePair } from '../../diff/pairs.ts';
import type { File } from '../../schema/model.ts';
import { withoutLoss, type Measured, NOBODY } from '../measure.ts';
import { nameOfFile, siblingOf } from '../place.ts';
import type { Rule } from '../rule.ts';
import { measureCalls, unimplemented } from '../subjects/calls.ts';
import { findPacked, measureLostType, PHRASES_FOR_LOST_TYPES } from '../subjects/type-names.ts';
import { count, list, quote, findingMessage } from '../words.ts';
import { showCall } from '../witnesses/call.ts';
import { showLostType } from '../witnesses/message.ts';

export default {
  id: 'file-removed',
  title: 'File was removed',
  docs: `
## What it means
A file of the release was removed, with every declaration in it that was not moved to another file.

## Who breaks
Files that import it and code that uses the generated code no longer compile. If a service was removed with it, the service's
old clients get UNIMPLEMENTED. If messages were removed with it, the new side can no longer read them in stored data, or unpack
them from a \`google.protobuf.Any\`.

## What to do instead
Keep the file and mark it \`option deprecated = true\`. If its content moved, keep the file with an \`import public\` of the new
location.
`,
  reference: 'https://protobuf.dev/programming-guides/proto3/#importing',
  buf: [
    'FILE_NO_DELETE',
    'PACKAGE_NO_DELETE',
    'MESSAGE_NO_DELETE',
    'ENUM_NO_DELETE',
    'SERVICE_NO_DELETE',
    'PACKAGE_MESSAGE_NO_DELETE',
    'PACKAGE_ENUM_NO_DELETE',
    'PACKAGE_SERVICE_NO_DELETE',
    'EXTENSION_NO_DELETE',
    'PACKAGE_EXTENSION_NO_DELETE',
  ],
  isProtocolChange: true,
  on: 'file',
  check(pair, context) {
    if (pair.status !== 'removed') return undefined;
    const { messages, enums, services } = pair.lost;
    // Nothing is lost if all declarations moved to other files.
    if (messages.length + enums.length + services.length === 0 && hasDeclarations(pair.old)) return undefined;
    const calls = services.some((service) => service.methods.length > 0);
    const first = firstLost(messages, context.diff);
    const measured = calls
      ? measureCalls('removed', 'breaks')
      : first
        ? measureLost(first, context.diff)
        : withoutLoss(NOBODY, 'breaks');
    const lost = [
      ...services.map((service) => `service ${quote(service.name)}`),
      ...(messages.length > 0 ? [count(messages.length, 'message')] : []),
      ...(enums.length > 0 ? [count(enums.length, 'enum')] : []),
    ];
    return {
      element: pair.old.path,
      place: nameOfFile(siblingOf(pair.old, context.diff.new) ?? pair.old),
      baseline: nameOfFile(pair.old),
      impact: measured.impact,
      message: findingMessage(
        `file ${quote(pair.old.path)} was removed${lost.length === 0 ? '' : ` with ${list(lost)}`}`,
        measured,
        context,
        calls ? { old: unimplemented('its methods') } : PHRASES_FOR_LOST_TYPES,
      ),
    };
  },
  witness({ status, lost }, scenario) {
    if (status !== 'removed') return undefined;
    const method = lost.services.flatMap(({ methods }) => methods)[0];
    if (method !== undefined) return showCall(method, undefined, scenario);
    const message = firstLost(lost.messages, scenario.context.diff);
    return message && showLostType(message, scenario);
  },
} satisfies Rule<'file'>;

function hasDeclarations({ node }: File): boolean {
  return node.declarations.some(({ kind }) => kind !== 'extend');
}

function firstLost(messages: readonly MessagePair[], diff: Diff): MessagePair | undefined {
  return messages.find((pair) => isLoss(measureLost(pair, diff))) ?? messages[0];
}

function measureLost({ old, carriers }: MessagePair, diff: Diff): Measured {
  return measureLostType((old && findPacked([old], diff)?.carriers) ?? carriers);
}

function isLoss({ impact: { binary } }: Measured): boolean {
  return binary.oldClientNewServer.class !== 'none' || binary.newClientOldServer.class !== 'none';
}
