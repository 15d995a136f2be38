import type {
  Body,
  Declaration,
  EnumNode,
  EnumValueNode,
  ExtendNode,
  FieldNode,
  FileNode,
  MessageMember,
  MethodNode,
  Name,
  OneofNode,
  Span,
} from './tree.ts';

export type ElementNode = Exclude<Declaration, ExtendNode> | FieldNode | OneofNode | EnumValueNode | MethodNode;

export interface Element {
  /** For an enum value, without the enum's name. */
  readonly fullName: string;
  readonly name: Name;
  readonly node: ElementNode;
  /** Never an `extend` block, which is not an element. */
  readonly parent: Element | undefined;
}

/** Parents come before their members. A name can occur more than once. */
export function elementsOf(file: FileNode): readonly Element[] {
  const found: Element[] = [];
  const add = (node: ElementNode, name: Name, scope: string, parent: Element | undefined): Element => {
    const element = { fullName: scope === '' ? name.text : `${scope}.${name.text}`, name, node, parent };
    found.push(element);
    return element;
  };
  const visitEnum = (node: EnumNode, scope: string, parent: Element | undefined): void => {
    const element = add(node, node.name, scope, parent);
    for (const value of node.body.members) if (value.kind === 'enumValue') add(value, value.name, scope, element);
  };
  const visitField = (node: FieldNode, scope: string, parent: Element | undefined): void => {
    const element = add(node, node.name, scope, parent);
    // A group's members belong to the message with the group's name.
    if (node.group !== undefined) visitMembers(node.group, element.fullName, element);
  };
  const visitMembers = (body: Body<MessageMember>, scope: string, parent: Element): void => {
    for (const member of body.members) {
      if (member.kind === 'field') visitField(member, scope, parent);
      else if (member.kind === 'oneof') {
        const oneof = add(member, member.name, scope, parent);
        for (const field of member.body.members) if (field.kind === 'field') visitField(field, scope, oneof);
      } else if (member.kind === 'message' || member.kind === 'enum' || member.kind === 'extend')
        visit(member, scope, parent);
    }
  };
  const visit = (node: Declaration, scope: string, parent: Element | undefined): void => {
    if (node.kind === 'enum') visitEnum(node, scope, parent);
    else if (node.kind === 'extend') for (const field of node.body.members) visitField(field, scope, parent);
    else {
      const element = add(node, node.name, scope, parent);
      if (node.kind === 'message') visitMembers(node.body, element.fullName, element);
      else
        for (const method of node.body.members)
          if (method.kind === 'method') add(method, method.name, element.fullName, element);
    }
  };
  for (const node of file.declarations) visit(node, file.package?.name.text ?? '', undefined);
  return found;
}

export function withComments(node: ElementNode): Span {
  return { start: node.leadingComments?.start ?? node.span.start, end: node.span.end };
}
