import type { Code } from './code.ts';
import type { Certainty, Context, Use } from './context.ts';
import { containsDeclarations, headerAround, isFunctionWithBody } from './declarations.ts';
import { argumentsOf, isAssignment, receiverName } from './expressions.ts';
import { type Candidate, isDistinctive } from './targets.ts';

export function methodUse(context: Context, at: number, candidate: Candidate): Use | undefined {
  switch (positionOf(context.code, at)) {
    case 'member':
      return callUse(context, at, candidate);
    case 'function':
      return implementationUse(context, at, candidate);
    case 'key':
      return handlerUse(context, at, candidate);
    case 'word':
      return macroUse(context, at, candidate);
  }
}

function positionOf(code: Code, at: number): 'member' | 'function' | 'key' | 'word' {
  const before = code.text(at - 1);
  // `Server::AddPath(…) {` in C++
  if (before === '::' && isFunctionWithBody(code, at)) return 'function';
  if (code.isAccess(at - 1)) return 'member';
  const after = code.text(at + 1);
  if (after === '(' || after === '<') return 'function';
  return after === ':' && code.syntax.implementsInLiterals ? 'key' : 'word';
}

/** `client.addSwapPath(request)` */
function callUse(context: Context, at: number, candidate: Candidate): Use | undefined {
  const certainty = certaintyOfCall(context, at, candidate);
  return certainty && { does: 'calls', certainty };
}

function certaintyOfCall(context: Context, at: number, candidate: Candidate): Certainty | undefined {
  const { code, types } = context;
  const { element, owners, inputs } = candidate;
  const open = argumentsOf(code, at);
  // The first argument is the request, or a context.
  if (open < 0 ? isAssignment(code.text(at + 1)) : types.startsWithScalar(open)) return undefined;
  const receiver = types.receiver(at - 1, owners);
  const request = open < 0 ? 'unknown' : types.argument(open, inputs);
  if (receiver === 'match' || (request === 'match' && context.mentions(owners))) return 'exact';
  if (request === 'same name') return undefined;
  // A receiver of another type may be a wrapper of the client. Its name usually shows that, as in `agentClient`.
  const mayBeClient = (isDistinctive(element) && receiver !== 'other') || isNamedLikeClient(code, at - 1);
  if (mayBeClient && context.mentions(owners)) return 'likely';
  return isDistinctive(element) ? 'name-only' : undefined;
}

function isNamedLikeClient(code: Code, dot: number): boolean {
  const word = receiverName(code, dot);
  return word >= 0 && /client|stub|agent|service/i.test(code.text(word));
}

/** `func (s *server) AddSwapPath(ctx context.Context, request *pb.AddSwapPathRequest) {` */
function implementationUse(context: Context, at: number, { element, owners, inputs }: Candidate): Use | undefined {
  const { code, types } = context;
  if (!isFunctionWithBody(code, at)) return undefined;
  const open = argumentsOf(code, at);
  const request = types.argument(open, inputs);
  if (request === 'same name') return undefined;
  const isMatch = request === 'match' && context.mentions(owners);
  // A service takes a message.
  if (!isMatch && types.hasScalarParameter(open)) return undefined;
  const header = headerAround(code, at);
  const isOfService = header !== undefined && types.isNamedIn(owners, header.start, header.end);
  if (isOfService || isMatch) return { does: 'implements', certainty: 'exact' };
  return context.mentions(owners) && isDistinctive(element) ? { does: 'implements', certainty: 'likely' } : undefined;
}

/** `router.service(Agent, { addSwapPath: (request) => … })` */
function handlerUse(context: Context, at: number, { owners }: Candidate): Use | undefined {
  const { code } = context;
  const open = code.enclosing(at);
  if (open < 0 || containsDeclarations(code, open) || !context.mentions(owners)) return undefined;
  return { does: 'implements', certainty: 'likely' };
}

/** `impl_agent!(add_swap_path | crate::AddSwapPathRequest | crate::Empty)` in Rust */
function macroUse({ code }: Context, at: number, { requests }: Candidate): Use | undefined {
  if (!code.syntax.listsMethodsInMacros || requests.size === 0 || code.isInImport(at)) return undefined;
  for (let index = at + 1; index < code.tokens.length && !code.startsLine(index); index++)
    if (requests.has(code.text(index))) return { does: 'names', certainty: 'exact' };
  return undefined;
}
