/** Names for columns and views made of what people called things. */

/** PostgreSQL cuts names at 63 bytes, and the others allow more; what is put around them needs some too. */
const longest = 40;

/** Lower-case letters, digits and single underscores of ASCII; empty when nothing of the text is such. */
export function slug(text: string): string {
  return text
    .normalize('NFKD')
    .replaceAll(/\p{M}/gu, '')
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '_')
    .slice(0, longest)
    .replaceAll(/^_+|_+$/g, '');
}

/**
 * One name for each text, in the same order: the prefix and its slug, the prefix and its position (from 1) where it
 * has none, and a number behind it where an earlier one has the same.
 */
export function columnNames(prefix: string, texts: readonly string[]): string[] {
  const taken = new Set<string>();
  return texts.map((text, index) => {
    const name = `${prefix}${slug(text) || index + 1}`;
    let free = name;
    for (let again = 2; taken.has(free); again += 1) free = `${name}_${again}`;
    taken.add(free);
    return free;
  });
}
