import type {
  Body,
  Declaration,
  EnumNode,
  EnumValueNode,
  FieldNode,
  FileNode,
  MessageMember,
  MethodNode,
  Name,
  ServiceNode,
  Span,
} from '../proto/tree.ts';

/**
 * Treats a declaration as unfinished while its name or number is being typed. Otherwise, every keystroke could report
 * another break: the name decides whether a field was renamed or is new.
 *
 * An unfinished field or enum value has no number. The body around it counts as damaged, so that no sibling counts as
 * deleted. An unfinished method or service has the name of the released one that it replaces.
 * @param at the offset after the last keystroke in a word.
 * @returns the same tree if nothing at this position is unfinished.
 */
export function withTypedName(tree: FileNode, at: number, released: FileNode | undefined): FileNode {
  const declarations = replaceAt(tree.declarations, at, (node) =>
    node.kind === 'service' ? unfinishedService(node, at, tree, released) : unfinished(node, at),
  );
  return declarations === undefined ? tree : { ...tree, declarations };
}

type Node = Exclude<Declaration, ServiceNode> | MessageMember | EnumNode['body']['members'][number];

function unfinished<N extends Node>(node: N, at: number): N | undefined;
function unfinished(node: Node, at: number): Node | undefined {
  switch (node.kind) {
    case 'field': {
      if (isTyped(node, at)) return { ...node, number: undefined };
      const group = node.group && unfinishedIn(node.group, at);
      return group && { ...node, group };
    }
    case 'enumValue':
      return isTyped(node, at) ? { ...node, number: undefined } : undefined;
    case 'message':
      return withBody(node, unfinishedIn(node.body, at));
    case 'enum':
      return withBody(node, unfinishedIn(node.body, at));
    case 'oneof':
      return withBody(node, unfinishedIn(node.body, at));
    case 'extend':
      return withBody(node, unfinishedIn(node.body, at));
    default:
      return undefined;
  }
}

/** Without `;`, the number may get another digit. */
function isTyped({ name, number, span }: FieldNode | EnumValueNode, at: number): boolean {
  return touches(name.span, at) || (number?.span.end === at && span.end === at);
}

function unfinishedIn<N extends Node>(body: Body<N>, at: number): Body<N> | undefined {
  let isOwn = false;
  const members = replaceAt(body.members, at, (node) => {
    // A field of a oneof also belongs to the message.
    isOwn = node.kind === 'field' || node.kind === 'enumValue' || node.kind === 'oneof';
    return unfinished(node, at);
  });
  return members && { ...body, members, damaged: body.damaged || isOwn };
}

function unfinishedService(
  service: ServiceNode,
  at: number,
  { declarations }: FileNode,
  released: FileNode | undefined,
): ServiceNode | undefined {
  const services = released?.declarations.filter((node) => node.kind === 'service') ?? [];
  if (touches(service.name.span, at)) {
    const hasMethodOf = (old: ServiceNode): boolean =>
      methodsOf(old).some(({ name }) => isIn(name, methodsOf(service)));
    const now = declarations.filter((node) => node.kind === 'service');
    const old = services.find((each) => !isIn(each.name, now) && hasMethodOf(each));
    return old && withName(service, old.name);
  }
  const methods = services.filter(({ name }) => name.text === service.name.text).flatMap(methodsOf);
  const members = replaceAt(service.body.members, at, (node) => {
    if (node.kind !== 'method' || !touches(node.name.span, at)) return undefined;
    const old = methods.find((each) => !isIn(each.name, methodsOf(service)) && signatureOf(each) === signatureOf(node));
    return old && withName(node, old.name);
  });
  return withBody(service, members && { ...service.body, members });
}

function methodsOf({ body }: ServiceNode): MethodNode[] {
  return body.members.filter((member) => member.kind === 'method');
}

function signatureOf({ input, output }: MethodNode): string {
  return [input, output].map(({ stream, type }) => `${stream?.text ?? ''} ${type.text}`).join();
}

function isIn(name: Name, nodes: readonly { readonly name: Name }[]): boolean {
  return nodes.some((node) => node.name.text === name.text);
}

function withName<N extends { readonly name: Name }>(node: N, { text }: Name): N {
  return { ...node, name: { ...node.name, text } };
}

function withBody<B, N extends { readonly body: B }>(node: N, body: B | undefined): N | undefined {
  return body && { ...node, body };
}

function replaceAt<N extends { readonly span: Span }>(
  nodes: readonly N[],
  at: number,
  replace: (node: N) => N | undefined,
): readonly N[] | undefined {
  const index = nodes.findIndex(({ span }) => touches(span, at));
  const node = nodes[index];
  const other = node && replace(node);
  return other && nodes.with(index, other);
}

/** After a keystroke, the cursor is at the end of the span. */
function touches({ start, end }: Span, at: number): boolean {
  return start <= at && at <= end;
}
