import type { Declaration, MessageMember } from '../../proto/tree.ts';

export function hasExtend(members: readonly (Declaration | MessageMember)[]): boolean {
  return members.some((member) => {
    switch (member.kind) {
      case 'extend':
        return true;
      case 'message':
        return hasExtend(member.body.members);
      case 'oneof':
        return hasExtend(member.body.members.filter(({ kind }) => kind === 'field'));
      case 'field':
        return member.group !== undefined && hasExtend(member.group.members);
      default:
        return false;
    }
  });
}
