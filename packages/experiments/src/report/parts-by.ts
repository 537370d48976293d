/** Items by a title, in the order that titles first come. */
export function partsBy<Item>(
  items: readonly Item[],
  titleOf: (item: Item) => string,
): [title: string, items: Item[]][] {
  const parts = new Map<string, Item[]>();
  for (const item of items) {
    const title = titleOf(item);
    const part = parts.get(title);
    if (part === undefined) parts.set(title, [item]);
    else part.push(item);
  }
  return [...parts];
}
