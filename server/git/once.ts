/** Answers to questions that come again and again, each found once. What failed is tried again the next time. */
export class Once<T> {
  readonly #answers = new Map<string, Promise<T>>();

  get(question: string, find: () => Promise<T>): Promise<T> {
    const known = this.#answers.get(question);
    if (known !== undefined) return known;
    const found = find();
    this.#answers.set(question, found);
    found.catch(() => {
      if (this.#answers.get(question) === found) this.#answers.delete(question);
    });
    return found;
  }

  has(question: string): boolean {
    return this.#answers.has(question);
  }

  get size(): number {
    return this.#answers.size;
  }

  clear(): void {
    this.#answers.clear();
  }
}
