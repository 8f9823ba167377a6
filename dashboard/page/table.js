/** The table of agents. A row is touched only when what it shows has changed. */
import { percent, trendPath, trendText } from './text.js';

const svgNamespace = 'http://www.w3.org/2000/svg';
const box = { width: 120, height: 32, margin: 4 };

/** Sets text only where it differs: what is set again is redrawn, and read out again. */
export function setText(shown, text) {
  if (shown.textContent !== text) shown.textContent = text;
}

export class ScoreTable {
  #body;
  /** By entity id: the row and what it shows. */
  #rows = new Map();

  constructor(table) {
    this.#body = table.tBodies[0];
  }

  /** Shows agents in this order and redraws what differs; returns how many rows that were. */
  show(agents, timeZone) {
    const wanted = new Set(agents.map(({ entityId }) => entityId));
    for (const [id, { row }] of this.#rows) {
      if (wanted.has(id)) continue;
      row.remove();
      this.#rows.delete(id);
    }
    const changed = agents.filter((agent) => this.#update(agent, timeZone));
    this.#arrange(
      agents.map(({ entityId }) => this.#rows.get(entityId).row),
      changed.map(({ entityId }) => this.#rows.get(entityId).row),
    );
    return changed.length;
  }

  /** Whether the agent's row is another one than before. */
  #update(agent, timeZone) {
    const shown = JSON.stringify([agent, timeZone]);
    const kept = this.#rows.get(agent.entityId) ?? { row: document.createElement('tr'), shown: '' };
    this.#rows.set(agent.entityId, kept);
    if (kept.shown === shown) return false;
    fill(kept.row, agent, timeZone);
    kept.shown = shown;
    return true;
  }

  /** Rows that have not changed stand in their order already: taking out the others leaves them where they are. */
  #arrange(rows, changed) {
    const standing = [...this.#body.rows];
    if (rows.length === standing.length && rows.every((row, index) => row === standing[index])) return;
    for (const row of changed) row.remove();
    let place = this.#body.firstChild;
    for (const row of rows) {
      if (row === place) place = place.nextSibling;
      else this.#body.insertBefore(row, place);
    }
  }
}

function fill(row, agent, timeZone) {
  const name = element('th', { scope: 'row' }, agent.entityName ?? agent.entityId);
  if (agent.teamName !== null) name.append(element('span', { class: 'team' }, agent.teamName));
  if (agent.isBelowThreshold && !agent.noData) {
    name.append(element('span', { class: 'mark' }, 'too few to judge'));
  }
  const trend = element('td', { class: 'trend' });
  trend.append(drawTrend(agent.trend, timeZone));
  row.dataset.entity = agent.entityId;
  row.classList.toggle('uncertain', agent.isBelowThreshold);
  row.replaceChildren(
    name,
    element('td', { class: 'number' }, percent(agent.averageScore, 'No data')),
    element('td', { class: 'number' }, String(agent.count)),
    element('td', { class: 'number' }, percent(agent.passRate, '–')),
    trend,
  );
}

function drawTrend(points, timeZone) {
  const line = trendPath(points, box);
  if (line === null) return document.createTextNode('–');
  const svg = element('svg', {
    class: 'trend',
    viewBox: `0 0 ${box.width} ${box.height}`,
    role: 'img',
    'aria-label': trendText(points, timeZone),
  });
  svg.append(element('path', { d: line.path }), element('circle', { cx: line.end.x, cy: line.end.y, r: 3 }));
  return svg;
}

const drawn = new Set(['svg', 'path', 'circle']);

function element(name, attributes, text) {
  const made = drawn.has(name) ? document.createElementNS(svgNamespace, name) : document.createElement(name);
  for (const [attribute, value] of Object.entries(attributes)) made.setAttribute(attribute, String(value));
  if (text !== undefined) made.textContent = text;
  return made;
}
