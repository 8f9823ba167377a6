/** Which agents are shown, and in what order. */

/**
 * Agents of the received scores as filters and order want them, and how many only the number of their evaluations
 * leaves out.
 * @param {{ name: string, team: string | null, onlyEnough: boolean }} filter
 * @param {{ column: string, isAscending: boolean }} order
 */
export function chooseAgents({ rows, trend }, { name, team, onlyEnough }, order) {
  const points = Map.groupBy(trend, ({ entityId }) => entityId);
  const part = name.trim().toLocaleLowerCase();
  const found = rows.filter(
    (row) => (team === null || row.teamId === team) && nameOf(row).toLocaleLowerCase().includes(part),
  );
  const shown = found.filter((row) => !onlyEnough || !row.isBelowThreshold);
  return {
    agents: shown
      .map((row) => ({ ...row, trend: points.get(row.entityId) ?? [] }))
      .sort((a, b) => compare(a, b, order)),
    leftOut: found.length - shown.length,
  };
}

/** Columns that say little of agents with few evaluations: one perfect score is no first place. */
const judged = new Set(['averageScore', 'passRate']);

/** By the chosen column; what has no value, or none to judge by, is last in either direction. */
function compare(a, b, { column, isAscending }) {
  if (judged.has(column) && a.isBelowThreshold !== b.isBelowThreshold) return a.isBelowThreshold ? 1 : -1;
  const [left, right] = [a[column], b[column]];
  if (left === right) return byName(a, b);
  if (left === null) return 1;
  if (right === null) return -1;
  const order = column === 'entityName' ? byName(a, b) : left - right;
  return isAscending ? order : -order;
}

const nameOf = ({ entityName, entityId }) => entityName ?? entityId;

const byName = (a, b) => nameOf(a).localeCompare(nameOf(b)) || (a.entityId < b.entityId ? -1 : 1);
