import type { Code } from './code.ts';
import { type Context, isModuleOf, type Use } from './context.ts';
import { declaredAs } from './declarations.ts';
import { qualifiedStart } from './expressions.ts';
import { type Candidate, isDistinctive } from './targets.ts';
import { isInPackage } from './type-names.ts';

export function typeUse(context: Context, at: number, { element }: Candidate): Use | undefined {
  const { code } = context;
  if (code.isInImport(at) || declaredAs(code, at) !== undefined) return undefined;
  const name = code.text(at);
  const isNameOfFunctionOrVariable = /^[a-z]/.test(name) && code.text(at + 1) !== '{' && !name.includes('_');
  if (isNameOfFunctionOrVariable) return undefined;
  const does = buildsType(context, at) ? 'builds' : 'names';
  const qualifier = code.isAccess(at - 1) ? code.text(at - 2) : '';
  const isGenerated = isInPackage(code, at, element.goPackage);
  if (isGenerated === false) return undefined;
  const isQualified = isGenerated === true || (qualifier !== '' && isModuleOf(qualifier, element));
  if (isQualified || name.includes('_')) return { does, certainty: 'exact' };
  if ((qualifier !== '' && code.syntax.importPaths !== undefined) || !isDistinctive(element)) return undefined;
  const isOfPackage = element.kind === 'service' || context.mentionsPackage(element);
  return { does, certainty: isOfPackage ? 'likely' : 'name-only' };
}

/** Code that creates a request probably calls the only method that takes it. */
export function requestUse(context: Context, at: number, { element }: Candidate): Use | undefined {
  if (isInPackage(context.code, at, element.goPackage) === false) return undefined;
  return buildsType(context, at) ? { does: 'calls', certainty: 'exact' } : undefined;
}

/** `OrderState_ORDER_STATE_PAID`, which can only mean the element. */
export function constantUse(context: Context, at: number, { identifier }: Candidate): Use | undefined {
  const { code } = context;
  if (code.isInImport(at) || declaredAs(code, at) !== undefined) return undefined;
  const { does } = identifier;
  if (does !== 'sets' || buildsType(context, at)) return { does, certainty: 'exact' };
  return { does: matchesType(code, at) ? 'reads' : 'names', certainty: 'exact' };
}

/** `x.(*pb.Order_Gift)`, `case *pb.Order_Gift:` */
function matchesType(code: Code, at: number): boolean {
  let start = qualifiedStart(code, at);
  if (code.text(start - 1) === '*') start--;
  if (code.text(start - 1) === '(') return code.text(start - 2) === '.';
  while (start > 0 && /^[\w.*,]+$/.test(code.text(start - 1)) && code.text(start - 1) !== 'case') start--;
  return code.text(start - 1) === 'case';
}

/** `OrderState::Paid`, `Order.KIND_GIFT`, `ORDER_STATE_PAID` */
export function variantUse(context: Context, at: number, candidate: Candidate): Use | undefined {
  const { code } = context;
  const { identifier, element, owners } = candidate;
  if (code.isInImport(at)) return undefined;
  const { does } = identifier;
  if (code.isAccess(at - 1)) {
    const qualifier = code.text(at - 2);
    if (owners.has(qualifier)) return { does, certainty: 'exact' };
    return code.syntax.valuesInModules && isModuleOf(qualifier, element) ? { does, certainty: 'exact' } : undefined;
  }
  const isInCapitals = /^[A-Z][A-Z\d]*_[A-Z\d_]+$/.test(identifier.text);
  const after = code.text(at + 1);
  if (!isInCapitals || after === ':' || after === '=' || declaredAs(code, at) !== undefined) return undefined;
  return { does, certainty: context.mentions(owners) ? 'likely' : 'name-only' };
}

function buildsType({ code }: Context, at: number): boolean {
  if (code.isInImport(at)) return false;
  const start = qualifiedStart(code, at);
  const before = code.text(start - 1);
  const after = code.text(at + 1);
  if (before === 'new') return true;
  if (before === '(' && /^(?:create|new)$/.test(code.text(start - 2))) return true;
  if (after === '{') {
    const behindStar = before === '*' ? code.text(start - 2) : before;
    const isAnnotation = before === ':' && !code.syntax.namesTypesOfLiterals;
    return !isAnnotation && !NOT_BEFORE_LITERALS.has(before) && behindStar !== ')';
  }
  if (after === '::' || after === '.')
    return /^(?:new|default|from|create|fromPartial|newBuilder|with|decode)$/.test(code.text(at + 2));
  return after === '(' && code.syntax.createsByCall && !NOT_BEFORE_LITERALS.has(before);
}

/** A type between one of these tokens and a bracket doesn't create a value. */
const NOT_BEFORE_LITERALS: ReadonlySet<string> = new Set(
  '-> for impl extension struct class interface trait extends implements enum type match while if in as dyn where'.split(
    ' ',
  ),
);
