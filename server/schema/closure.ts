/** The roots and everything that `visit` adds, directly or indirectly. */
export function closure<T>(roots: Iterable<T>, visit: (each: T, add: (next: T) => void) => void): ReadonlySet<T> {
  const reached = new Set(roots);
  const add = (next: T): void => {
    reached.add(next);
  };
  // The loop also visits what is added during it.
  for (const each of reached) visit(each, add);
  return reached;
}
