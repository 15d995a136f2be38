import type { Context, Use } from './context.ts';
import { containsDeclarations } from './declarations.ts';
import { isChanged } from './expressions.ts';
import type { Candidate } from './targets.ts';

/** A field or oneof. */
export function memberUse(context: Context, at: number, candidate: Candidate): Use | undefined {
  const { code } = context;
  if (code.isAccess(at - 1)) return accessedMember(context, at, candidate);
  const [before, after] = [code.text(at - 1), code.text(at + 1)];
  const open = code.enclosing(at);
  if (open < 0) return undefined;
  const isKey = after === ':' || (after === '=' && code.syntax.namedArguments);
  const isFirst = before === '{' || before === ',' || before === '(' || code.startsLine(at);
  if (isKey && isFirst) return keyOfLiteral(context, at, open, candidate);
  const isAlone = /^(?:[{,]|ref|mut)$/.test(before) && /^[,}=]$/.test(after);
  if (isAlone && code.text(open) === '{' && code.syntax.shorthand) return shorthand(context, at, open, candidate);
  return undefined;
}

/** `storage.GetFsGroup()`, `builder.setFsGroup(g)` */
export function accessorUse(context: Context, at: number, candidate: Candidate): Use | undefined {
  if (!context.code.isAccess(at - 1)) return undefined;
  const receiver = context.types.receiver(at - 1, candidate.owners);
  const certainty = context.certaintyOf(receiver, at - 1, candidate);
  return certainty && { does: candidate.identifier.does, certainty };
}

/** `HasField("fs_group")`, `case: "fsGroup"` */
export function quotedFieldUse(context: Context, at: number, candidate: Candidate): Use | undefined {
  const { code, types } = context;
  const { element, owners } = candidate;
  const before = code.text(at - 1);
  if (code.syntax.quotesFields === 'in calls') {
    const callee = code.text(at - 2);
    if (before !== '(' || !/^(?:HasField|ClearField|WhichOneof)$/.test(callee)) return undefined;
    const certainty = context.certaintyOf(types.receiver(at - 3, owners), at - 3, candidate);
    return certainty && { does: callee === 'ClearField' ? 'sets' : 'reads', certainty };
  }
  if (!context.mentions(owners) || element.owner === undefined) return undefined;
  // protobuf-es: `{ case: 'fsGroup', value: … }`, `case 'fsGroup':`, `x.case === 'fsGroup'`.
  if (before === ':' && code.text(at - 2) === 'case') return { does: 'sets', certainty: 'likely' };
  const isCompared = /^[=!]==?$/.test(before) && code.text(at - 2) === 'case';
  return before === 'case' || isCompared ? { does: 'reads', certainty: 'likely' } : undefined;
}

function accessedMember(context: Context, at: number, candidate: Candidate): Use | undefined {
  const { code, types } = context;
  // `a::b` names something in a module or a type.
  if (code.text(at - 1) === '::') return undefined;
  if (code.text(at + 1) === '(' && !code.syntax.readsByCall) return undefined;
  const certainty = context.certaintyOf(types.receiver(at - 1, candidate.owners), at - 1, candidate);
  return certainty && { does: isChanged(code, at) ? 'sets' : 'reads', certainty };
}

/** `Storage { fs_group: g }`, `Storage(fs_group=g)`, and in patterns `Storage { fs_group: None } => …` */
function keyOfLiteral(context: Context, at: number, open: number, candidate: Candidate): Use | undefined {
  const { code, types } = context;
  if (containsDeclarations(code, open)) return undefined;
  if (code.syntax.isPattern(code, open)) return memberOfPattern(context, open, candidate);
  const type = types.literal(open, candidate.owners);
  const isTypedParameter = code.text(at + 1) === ':' && code.text(open) === '(' && !code.syntax.namedArguments;
  if (type === 'unknown' && isTypedParameter) return undefined;
  const certainty = context.certaintyOf(type, -1, candidate);
  return certainty && { does: 'sets', certainty };
}

/** `{ fsGroup }` sets the field, `const { fsGroup } = storage` reads it. */
function shorthand(context: Context, at: number, open: number, candidate: Candidate): Use | undefined {
  const { code, types } = context;
  if (containsDeclarations(code, open) || code.isInImport(at)) return undefined;
  if (code.syntax.isPattern(code, open)) return memberOfPattern(context, open, candidate);
  // Only a pattern has a default: `const { fsGroup = 3 } = storage`.
  if (code.text(at + 1) === '=') return undefined;
  const certainty = context.certaintyOf(types.literal(open, candidate.owners), -1, candidate);
  return certainty && { does: 'sets', certainty };
}

function memberOfPattern(context: Context, open: number, candidate: Candidate): Use | undefined {
  const certainty = context.certaintyOf(context.types.pattern(open, candidate.owners), -1, candidate);
  return certainty && { does: 'reads', certainty };
}
