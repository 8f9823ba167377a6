/**
 * Results as Markdown. A benchmark prints one object: lists of rows, or rows by name, become tables, everything else
 * stands above them. Names of columns are the names in the object, in words. Objects within a row are left out: they are
 * for those who read the JSON.
 */

/** `peakMemoryMb` as `peak memory MB`. */
export function words(name) {
  return name
    .replaceAll(/([a-z0-9])([A-Z])/g, '$1 $2')
    .replaceAll(/([a-z])(\d)/g, '$1 $2')
    .toLowerCase()
    .replaceAll(/\bmb\b/g, 'MB')
    .replaceAll(/\bcpu\b/g, 'CPU');
}

export function render(result) {
  const plain = Object.entries(result).filter(([, value]) => rowsOf(value) === null);
  const tables = Object.entries(result).filter(([, value]) => rowsOf(value) !== null);
  return [
    ...(plain.length === 0
      ? []
      : [plain.map(([name, value]) => `${words(name)}: ${cell(value)}`).join(' · ')]),
    ...tables.map(([name, value]) => `**${words(name)}**\n\n${table(rowsOf(value))}`),
  ].join('\n\n');
}

const isObject = (each) => typeof each === 'object' && each !== null && !Array.isArray(each);

/** Null where a value is no table. */
function rowsOf(value) {
  if (Array.isArray(value)) return value.length > 0 && value.every(isObject) ? value : null;
  if (!isObject(value) || !Object.values(value).every(isObject)) return null;
  return Object.entries(value).map(([name, row]) => ({ name, ...row }));
}

function table(rows) {
  const columns = [...new Set(rows.flatMap((row) => Object.keys(row)))].filter(
    (column) => !rows.some((row) => isObject(row[column])),
  );
  const isNumber = (column) => rows.every((row) => row[column] == null || typeof row[column] === 'number');
  return [
    columns.map(words),
    columns.map((column) => (isNumber(column) ? '---:' : '---')),
    ...rows.map((row) => columns.map((column) => cell(row[column]))),
  ]
    .map((cells) => `| ${cells.join(' | ')} |`)
    .join('\n');
}

function cell(value) {
  if (value == null) return '';
  if (typeof value === 'number') return value.toLocaleString('en-GB', { maximumFractionDigits: 3 });
  if (Array.isArray(value)) return value.map(cell).join(', ');
  if (isObject(value))
    return Object.entries(value)
      .map(([name, each]) => `${name} ${cell(each)}`)
      .join(', ');
  return String(value);
}
