import type { FieldPair, MessagePair, OneofPair } from '../../diff/pairs.ts';
import type { Field } from '../../schema/model.ts';
import type { Scenario, Witness } from '../rule.ts';
import { showMask } from '../subjects/masks.ts';
import { movedAround } from '../subjects/oneofs.ts';
import { showMessages } from './message.ts';

export function showField(pair: FieldPair, scenario: Scenario): Witness | undefined {
  const { parent, old, new: edited } = pair;
  if (parent === undefined) return undefined;
  const shown = showMessages(parent.old, parent.new, parent.carriers, scenario, [old], [edited]);
  return shown?.shown.effect === scenario.effect ? shown : (showMask(pair, scenario) ?? shown);
}

/** In binary, only a field mask contains names. An example message would show the effect of another edit. */
export function showName(pair: FieldPair, scenario: Scenario): Witness | undefined {
  return scenario.encoding === 'binary' ? showMask(pair, scenario) : showField(pair, scenario);
}

export function showOneof({ parent, old, new: edited }: OneofPair, scenario: Scenario): Witness | undefined {
  return showMoved(parent, [...new Set([old, edited].flatMap((oneof) => movedAround(parent, oneof)))], scenario);
}

/** A program that sets one member clears the others, so the example of `altered` sets them, too. */
export function showMoved(
  parent: MessagePair,
  moved: readonly { readonly old: Field | undefined; readonly new: Field | undefined }[],
  scenario: Scenario,
): Witness | undefined {
  const rivals = scenario.effect === 'altered' ? otherMembers(moved.flatMap((pair) => [pair.old, pair.new])) : [];
  const [oldRivals = [], newRivals = []] = [parent.old, parent.new].map((message) =>
    rivals.map((number) => message?.fieldsByNumber.get(number)),
  );
  return showMessages(
    parent.old,
    parent.new,
    parent.carriers,
    scenario,
    [...moved.map((pair) => pair.old), ...oldRivals],
    [...moved.map((pair) => pair.new), ...newRivals],
  );
}

function otherMembers(moved: readonly (Field | undefined)[]): number[] {
  const members = moved.flatMap((field) => field?.oneof?.fields ?? []);
  return [...new Set(members.map(({ number }) => number))].filter(
    (number) => !moved.some((field) => field?.number === number),
  );
}
