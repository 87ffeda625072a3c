/**
 * The same items, with the first of them read: what a wrong key or a missing file makes fail, fails here, before anything
 * was written.
 */
export async function started<Item>(items: AsyncGenerator<Item, void, undefined>): Promise<AsyncGenerator<Item, void, undefined>> {
  const first = await items.next();
  return first.done === true ? items : startingWith(first.value, items);
}

async function* startingWith<Item>(first: Item, rest: AsyncGenerator<Item, void, undefined>): AsyncGenerator<Item, void, undefined> {
  try {
    yield first;
    yield* rest;
  } finally {
    await rest.return();
  }
}
