import type { RangePair } from '../../diff/pairs.ts';
import type { Name } from '../../proto/tree.ts';
import type { Field, Message } from '../../schema/model.ts';
import type { Scenario, Witness } from '../rule.ts';
import { showMessages } from './message.ts';

/** The example is a made-up extension if a field has the number now, or if the release declares no extension in the range. */
export function showExtension({ parent, old: range }: RangePair, scenario: Scenario): Witness | undefined {
  const { old } = parent;
  if (range === undefined || old === undefined || scenario.writer === 'new') return undefined;
  const isInside = ({ number }: Field): boolean => range.start <= number && number <= range.end;
  const known = [...old.extensionsByNumber.values()].find(isInside);
  const newOwner = parent.new?.fields.find(isInside);
  const extension =
    (newOwner && { ...extensionAt(newOwner.number, old), type: newOwner.type, delimited: newOwner.delimited }) ??
    known ??
    extensionAt(range.start, old);
  const writer = {
    ...old,
    extensionsByNumber: new Map(old.extensionsByNumber).set(extension.number, extension),
    // A field whose name the release reserves does not count as the renamed extension.
    reservedNames: new Map(old.reservedNames).set(newOwner?.name ?? '', extension.node.span),
  };
  return showMessages(writer, parent.new, parent.carriers, scenario, [extension], []);
}

function extensionAt(number: number, message: Message): Field {
  const span = { start: 0, end: 0 };
  const word = (text: string): Name => ({ text, span });
  const fullName = message.file.package === '' ? 'extension' : `${message.file.package}.extension`;
  return {
    kind: 'field',
    name: 'extension',
    fullName,
    file: message.file,
    options: new Map(),
    deprecated: false,
    message,
    extendee: { kind: 'message', message },
    extensionScope: message.file,
    node: {
      kind: 'field',
      span,
      leadingComments: undefined,
      label: undefined,
      type: word('string'),
      map: undefined,
      name: word('extension'),
      number: { value: number, span },
      options: [],
      group: undefined,
    },
    number,
    repeated: false,
    type: { kind: 'scalar', scalar: 'string' },
    isMap: false,
    presence: 'explicit',
    packed: false,
    delimited: false,
    validatesUtf8: true,
    oneof: undefined,
    default: undefined,
    jsonName: `[${fullName}]`,
  };
}
