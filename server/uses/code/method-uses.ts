import type { Context, Use } from './context.ts';
import { containsDeclarations, headerAround, isFunctionWithBody } from './declarations.ts';
import { argumentsOf, receiverName } from './expressions.ts';
import { type Candidate, isDistinctive } from './targets.ts';

/** A method of a service: a call, an implementation, or a name in a Rust macro. */
export function methodUse(context: Context, at: number, candidate: Candidate): Use | undefined {
  const { code } = context;
  const isDefinedOutside = code.text(at - 1) === '::' && isFunctionWithBody(code, at);
  if (code.isAccess(at - 1) && !isDefinedOutside) return callUse(context, at, candidate);
  const after = code.text(at + 1);
  if (after === '(' || after === '<') return implementation(context, at, candidate);
  if (after === ':' && (code.language === 'TypeScript' || code.language === 'JavaScript')) {
    // `{ addPath: (request) => … }`
    const open = code.enclosing(at);
    if (open < 0 || containsDeclarations(code, open) || !context.mentions(candidate.owners)) return undefined;
    return { does: 'implements', certainty: 'likely' };
  }
  return code.language === 'Rust' ? rustMacroUse(context, at, candidate) : undefined;
}

/** `client.addSwapPath(request)` */
function callUse(context: Context, at: number, { element, owners, requests }: Candidate): Use | undefined {
  const { code, types } = context;
  const open = argumentsOf(code, at);
  const request = open < 0 ? 'unknown' : types.argument(open, requests.size > 0 ? requests : owners);
  const receiver = types.receiver(at - 1, owners);
  if (request === 'namesake' && receiver !== 'match') return undefined;
  if (request === 'match' || receiver === 'match') return { does: 'calls', certainty: 'exact' };
  if (context.mentions(owners)) {
    // A value of another type may be a team's wrapper of the client. Its name usually shows that, as in `agentClient`.
    if ((receiver !== 'other' && isDistinctive(element)) || isNamedLikeClient(context, at - 1))
      return { does: 'calls', certainty: 'likely' };
  }
  return isDistinctive(element) ? { does: 'calls', certainty: 'name-only' } : undefined;
}

function isNamedLikeClient({ code }: Context, dot: number): boolean {
  const word = receiverName(code, dot);
  return word >= 0 && /client|stub|agent|service/i.test(code.text(word));
}

/** `func (s *server) AddSwapPath(ctx context.Context, request *pb.AddSwapPathRequest)`, `Status Server::AddSwapPath(…)` */
function implementation(context: Context, at: number, { element, owners }: Candidate): Use | undefined {
  const { code, types } = context;
  if (!isFunctionWithBody(code, at)) return undefined;
  const header = headerAround(code, at);
  const isOfService = header !== undefined && types.isNamedIn(owners, header.start, header.end);
  const request = types.argument(argumentsOf(code, at), owners);
  if (request === 'namesake') return undefined;
  if (isOfService || request === 'match') return { does: 'implements', certainty: 'exact' };
  return context.mentions(owners) && isDistinctive(element) ? { does: 'implements', certainty: 'likely' } : undefined;
}

/** `impl_agent!(add_swap_path | crate::AddSwapPathRequest | crate::Empty)` */
function rustMacroUse({ code }: Context, at: number, { requests }: Candidate): Use | undefined {
  if (requests.size === 0 || code.isInImport(at)) return undefined;
  for (let index = at + 1; index < code.tokens.length && !code.startsLine(index); index++)
    if (requests.has(code.text(index))) return { does: 'names', certainty: 'exact' };
  return undefined;
}
