/** The page: asks the feed, shows what is wanted of it, and looks again when the feed says that it has changed. */
import { getConnections, getScores, hasToken, keepToken, listen, Refused, TokenNeeded } from './feed.js';
import { ScoreTable, setText } from './table.js';
import { clock, longDay, plural } from './text.js';

const one = (id) => document.getElementById(id);
const filters = one('filters');
const table = new ScoreTable(one('scores'));
const heads = [...document.querySelectorAll('th[data-sort]')];
const address = new URLSearchParams(location.search);

/** What was last received, and the ETag it came with. */
let received = null;
let etag = null;
/** Why nothing newer can be had; null while all is well. */
let trouble = null;
let listening = new AbortController();
const sort = {
  column: heads.some((head) => head.dataset.sort === address.get('sort'))
    ? address.get('sort')
    : 'averageScore',
  isAscending: address.get('order') === 'ascending',
};

/** What the server is asked for; the rest is chosen from its answer. */
function question() {
  const asked = new URLSearchParams();
  for (const name of ['connection', 'day', 'queue', 'form']) {
    const value = address.get(name);
    if (value !== null && value !== '') asked.set(name, value);
  }
  return asked;
}

function keepAddress(name, value) {
  if (value === '') address.delete(name);
  else address.set(name, value);
  history.replaceState(null, '', address.size === 0 ? location.pathname : `?${address}`);
}

function wantedAgents() {
  const { rows, trend } = received;
  const points = Map.groupBy(trend, ({ entityId }) => entityId);
  const name = filters.elements.name.value.trim().toLocaleLowerCase();
  const team = address.get('team');
  const onlyEnough = filters.elements.enough.checked;
  const searched = rows.filter(
    (row) =>
      (team === null || row.teamId === team) &&
      (row.entityName ?? row.entityId).toLocaleLowerCase().includes(name),
  );
  const shown = searched.filter((row) => !onlyEnough || !row.isBelowThreshold);
  const agents = shown.map((row) => ({ ...row, trend: points.get(row.entityId) ?? [] })).sort(inOrder);
  return { agents, leftOut: searched.length - shown.length };
}

/** By the chosen column; what has no value is last in either direction. */
function inOrder(a, b) {
  const [left, right] = [a[sort.column], b[sort.column]];
  if (left === right) return byName(a, b);
  if (left === null) return 1;
  if (right === null) return -1;
  const order = sort.column === 'entityName' ? byName(a, b) : left - right;
  return sort.isAscending ? order : -order;
}

const byName = (a, b) =>
  (a.entityName ?? a.entityId).localeCompare(b.entityName ?? b.entityId) ||
  (a.entityId < b.entityId ? -1 : 1);

/** Shows what was received as the filters want it; returns how many rows that changed. */
function show() {
  showNotices();
  if (received === null) return 0;
  const { agents, leftOut } = wantedAgents();
  showHead();
  showChoices();
  for (const head of heads) {
    const order = sort.isAscending ? 'ascending' : 'descending';
    const is = head.dataset.sort === sort.column ? order : 'none';
    if (head.getAttribute('aria-sort') !== is) head.setAttribute('aria-sort', is);
  }
  const changed = table.show(agents, received);
  showEmpty(agents.length);
  setText(one('caption'), `${plural(agents.length, 'agent', 'agents')}, by ${sortWords()}`);
  setText(
    one('left-out'),
    leftOut === 0
      ? ''
      : `${plural(leftOut, 'agent has', 'agents have')} fewer than ${received.countThreshold} evaluations: too few to judge.`,
  );
  return changed;
}

function sortWords() {
  const head = heads.find((each) => each.dataset.sort === sort.column);
  return `${head.textContent.trim().toLowerCase()}, ${sort.isAscending ? 'ascending' : 'descending'}`;
}

function showHead() {
  const { connection, businessDay, timeZone, updatedAt, polledAt, pollMinutes } = received;
  const zone = timeZone === null ? '' : ` (${timeZone})`;
  setText(one('day'), `${connection}, ${longDay(businessDay)}${zone}`);
  setText(one('pace'), `Updated every ${plural(pollMinutes, 'minute', 'minutes')}; may lag up to 30 minutes`);
  const times = [
    updatedAt === null ? null : `Last update ${clock(updatedAt, timeZone, true)}`,
    polledAt === null ? null : `last checked ${clock(polledAt, timeZone, true)}`,
  ];
  setText(one('times'), times.filter((time) => time !== null).join(', '));
  if (document.title !== `Intraday scores of ${connection}`) {
    document.title = `Intraday scores of ${connection}`;
  }
}

function showNotices() {
  const texts = [];
  if (trouble !== null) texts.push(trouble);
  if (received !== null) {
    const { isStale, isCurrentDay, businessDay, polledAt, heldFrom, timeZone, rows } = received;
    if (heldFrom !== null) {
      texts.push(
        `The warehouse is busy. This is what it held at ${clock(heldFrom, timeZone, true)}; newer scores follow when it is free.`,
      );
    }
    if (!isCurrentDay) {
      const absent = address.get('day') === null ? ' There are no scores of today yet.' : '';
      texts.push(`These are the scores of ${longDay(businessDay)}, not of today.${absent}`);
    }
    if (isStale && polledAt !== null) {
      texts.push(
        `Out of date: the scores were last checked at ${clock(polledAt, timeZone, true)}, more than 30 minutes ago.`,
      );
    } else if (isStale && rows.length > 0) {
      texts.push('Out of date: nobody knows when the scores were last checked.');
    }
  }
  const notices = one('notices');
  const before = [...notices.children].map((each) => each.textContent);
  if (JSON.stringify(before) === JSON.stringify(texts)) return;
  notices.replaceChildren(
    ...texts.map((text) => {
      const notice = document.createElement('p');
      notice.className = 'notice';
      notice.textContent = text;
      return notice;
    }),
  );
}

const example = (connection) => `connections:
  ${connection}:
    streams:
      metrics: { timeZone: Europe/Berlin }`;

function showEmpty(shown) {
  const { connection, isPolled, rows, businessDay, updatedAt } = received;
  one('scores').hidden = shown === 0;
  one('empty').hidden = shown > 0;
  if (shown > 0) return;
  const isMissing = updatedAt === null && !isPolled;
  one('empty-example').hidden = !isMissing;
  if (isMissing) {
    setText(one('empty-title'), 'Nobody reads scores yet');
    setText(one('empty-text'), `Connection ${connection} has no stream metrics. Add it to tidemark.yaml:`);
    setText(one('empty-example'), example(connection));
  } else if (updatedAt === null) {
    setText(one('empty-title'), 'No scores yet');
    setText(
      one('empty-text'),
      `The stream metrics of ${connection} has read nothing for ${longDay(businessDay)}. Is its schedule running?`,
    );
  } else {
    setText(one('empty-title'), 'No agent to show');
    setText(
      one('empty-text'),
      rows.length === 0
        ? 'There are no scores of agents here. Choose another queue or form.'
        : 'Nobody meets all filters. Show agents with few evaluations, too, or choose fewer filters.',
    );
  }
}

/** Filters are there for what exists; a choice that is no longer there stays until it is changed. */
function showChoices() {
  for (const [name, choices, all] of [
    ['team', received.teams, 'All teams'],
    ['queue', received.queues, 'All queues'],
    ['form', received.forms, 'All forms'],
  ]) {
    fillChoice(name, [{ id: '', name: all }, ...choices], address.get(name) ?? '');
  }
}

function fillChoice(name, choices, chosen) {
  const select = filters.elements[name];
  const all = choices.some(({ id }) => id === chosen) ? choices : [...choices, { id: chosen, name: chosen }];
  one(`${name}-choice`).hidden = all.length < 2;
  const is = JSON.stringify(all);
  if (select.dataset.choices !== is) {
    select.dataset.choices = is;
    select.replaceChildren(...all.map(({ id, name: text }) => new Option(text, id)));
  }
  if (select.value !== chosen) select.value = chosen;
}

/** Asks for what is newer than the page shows. */
async function refresh(asked) {
  const answer = await getScores(asked, etag);
  trouble = null;
  if (answer !== null && asked.toString() === question().toString()) {
    const isFirst = received === null;
    received = answer.scores;
    etag = answer.etag;
    const changed = show();
    if (!isFirst && changed > 0) {
      const time = received.updatedAt === null ? '' : ` at ${clock(received.updatedAt, received.timeZone)}`;
      setText(one('news'), `Scores updated${time}: ${plural(changed, 'agent', 'agents')} changed.`);
    }
  } else {
    show();
  }
}

const wait = async (millis) =>
  new Promise((resolve) => {
    setTimeout(resolve, millis);
  });

/** Shows the answer to the question and follows it, until another one is asked. */
async function follow() {
  listening.abort();
  const mine = new AbortController();
  listening = mine;
  const asked = question();
  etag = null;
  for (let pause = 1_000; !mine.signal.aborted; pause = Math.min(pause * 2, 30_000)) {
    try {
      await refresh(asked);
      let told = Promise.resolve();
      await listen(asked, mine.signal, (newest) => {
        pause = 1_000;
        // One after the other: of two answers the later one is the newer.
        told = told.then(() => (newest === etag || mine.signal.aborted ? undefined : refresh(asked)));
        told.catch((error) => failed(error));
      });
    } catch (error) {
      if (mine.signal.aborted) return;
      if (error instanceof TokenNeeded) return askForToken();
      failed(error);
      await wait(pause);
    }
  }
  return undefined;
}

function failed(error) {
  trouble =
    error instanceof Refused
      ? error.message
      : 'The connection to the dashboard is lost: this is what was last received. Trying again.';
  show();
}

function askForToken() {
  const dialog = one('sign-in');
  if (hasToken()) setText(one('sign-in-reason'), 'That token is not the one of this dashboard.');
  if (!dialog.open) dialog.showModal();
}

one('sign-in').addEventListener('cancel', (event) => event.preventDefault());
one('sign-in').addEventListener('submit', (event) => {
  event.preventDefault();
  const { token } = event.target.elements;
  keepToken(token.value.trim());
  token.value = '';
  one('sign-in').close();
  void start();
});

filters.addEventListener('submit', (event) => event.preventDefault());
filters.addEventListener('input', ({ target }) => {
  if (target.name === 'name' || target.name === 'enough') return void show();
  keepAddress(target.name, target.value);
  if (target.name === 'team') return void show();
  // Scores are known by form or by queue, not by both; and another connection has others.
  if (target.name === 'form' && target.value !== '') keepAddress('queue', '');
  if (target.name === 'queue' && target.value !== '') keepAddress('form', '');
  if (target.name === 'connection') for (const name of ['team', 'queue', 'form']) keepAddress(name, '');
  return void follow();
});

for (const head of heads) {
  head.querySelector('button').addEventListener('click', () => {
    const { sort: column } = head.dataset;
    // Names begin with A, numbers with the highest.
    sort.isAscending = sort.column === column ? !sort.isAscending : column === 'entityName';
    sort.column = column;
    keepAddress('sort', column);
    keepAddress('order', sort.isAscending ? 'ascending' : '');
    show();
  });
}

async function start() {
  try {
    const connections = await getConnections();
    if (connections.length > 1) {
      const names = connections.map(({ name }) => ({ id: name, name }));
      fillChoice('connection', names, address.get('connection') ?? names[0].id);
    }
  } catch (error) {
    if (error instanceof TokenNeeded) return askForToken();
    failed(error);
  }
  return follow();
}

void start();
