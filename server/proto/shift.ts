import type { OptionValue, Span, StatementNode } from './tree.ts';

/** In place. */
export function shift(node: StatementNode, delta: number): void {
  move(node, delta);
  if (node.leadingComments !== undefined) moveSpan(node.leadingComments, delta);
  switch (node.kind) {
    case 'edition':
      move(node.value, delta);
      break;
    case 'package':
      move(node.name, delta);
      break;
    case 'import':
      move(node.path, delta);
      break;
    case 'message':
    case 'enum':
      if (node.visibility !== undefined) move(node.visibility, delta);
      move(node.name, delta);
      shiftBody(node.body, delta);
      break;
    case 'oneof':
    case 'service':
      move(node.name, delta);
      shiftBody(node.body, delta);
      break;
    case 'extend':
      move(node.extendee, delta);
      shiftBody(node.body, delta);
      break;
    case 'field':
      if (node.label !== undefined) move(node.label, delta);
      move(node.type, delta);
      if (node.map !== undefined) {
        move(node.map.key, delta);
        move(node.map.value, delta);
      }
      move(node.name, delta);
      if (node.number !== undefined) move(node.number, delta);
      for (const option of node.options) shift(option, delta);
      if (node.group !== undefined) shiftBody(node.group, delta);
      break;
    case 'enumValue':
      move(node.name, delta);
      if (node.number !== undefined) move(node.number, delta);
      for (const option of node.options) shift(option, delta);
      break;
    case 'reserved':
      for (const range of node.ranges) move(range, delta);
      for (const name of node.names) move(name, delta);
      break;
    case 'extensions':
      for (const range of node.ranges) move(range, delta);
      for (const option of node.options) shift(option, delta);
      break;
    case 'method':
      move(node.name, delta);
      for (const { stream, type } of [node.input, node.output]) {
        if (stream !== undefined) move(stream, delta);
        move(type, delta);
      }
      for (const option of node.options) shift(option, delta);
      break;
    case 'option':
      move(node.name, delta);
      shiftValue(node.value, delta);
      break;
  }
}

function shiftBody(body: { readonly members: readonly StatementNode[]; readonly span: Span }, delta: number): void {
  move(body, delta);
  for (const member of body.members) shift(member, delta);
}

function shiftValue(value: OptionValue, delta: number): void {
  move(value, delta);
  if (value.kind === 'list') {
    for (const element of value.values) shiftValue(element, delta);
  } else if (value.kind === 'message') {
    for (const field of value.fields) {
      move(field.name, delta);
      shiftValue(field.value, delta);
    }
  }
}

export function move(at: { readonly span: Span }, delta: number): void {
  moveSpan(at.span, delta);
}

function moveSpan(span: Span, delta: number): void {
  span.start += delta;
  span.end += delta;
}
