/** The people and places of the organisation. */
import type { Identifiers } from './identifiers.js';
import { pickFrom, randomStream } from './random.js';
import type { Division, Queue, Skill, Team, User } from './vendorModels.js';

const divisionNames = ['Home', 'Sales', 'Service', 'Retention', 'Claims', 'Legal', 'Partners'] as const;
/** Not granted to a client by default: an export must say that they are there. */
const restrictedNames: readonly string[] = ['Legal', 'Partners'];
const queueNames = [
  'New business',
  'Upgrades',
  'Billing',
  'Technical help',
  'Cancellations',
  'Claims intake',
  'Complaints',
  'Partner line',
];
const givenNames = [
  'Ada',
  'Björn',
  'Chloé',
  'Dmitri',
  'Esi',
  'Fatma',
  'Gwen',
  'Hiroshi',
  'Inés',
  'Jamal',
  'Katarzyna',
  'Luís',
];
const familyNames = [
  'Okafor',
  'Müller',
  'Nguyen',
  'O’Brien',
  'Papadopoulos',
  'Rossi',
  'Singh',
  'Tanaka',
  'Ünal',
  'van der Berg',
];

const skillNames = ['Complaints', 'Digital', 'Sales talk', 'Technical support'];

const agentCount = 60;
const evaluatorCount = 8;

export interface Directory {
  divisions: Division[];
  users: User[];
  agents: User[];
  evaluators: User[];
  queues: Queue[];
  teams: Team[];
  restrictedDivisionIds: string[];
  /** Home division of each agent decides who may see its evaluations. */
  teamOf(agent: User): Team;
  skillOf(agent: User): Skill;
}

export function createDirectory(seed: number, ids: Identifiers): Directory {
  const random = randomStream(seed ^ 0x0d17ec70);
  const divisions = divisionNames.map((name, index): Division => ({
    id: ids.id('division', index),
    name,
    description: `${name} division`,
    homeDivision: index === 0,
  }));
  const reference = (index: number) => {
    const division = divisions[index % divisions.length] ?? pickFrom(divisions, 0);
    return { id: division.id, name: division.name };
  };
  const person = (index: number, title: string, division: number): User => {
    const name = `${pickFrom(givenNames, random())} ${pickFrom(familyNames, random())}`;
    return {
      id: ids.id('user', index),
      name,
      email: `${title.toLowerCase()}${index}@example.com`,
      // Some have left: inactive first, deleted later.
      state:
        title === 'Agent' && index % 15 === 7
          ? 'inactive'
          : title === 'Agent' && index % 20 === 11
            ? 'deleted'
            : 'active',
      title,
      department: title === 'Agent' ? 'Operations' : 'Quality',
      division: reference(division),
    };
  };
  const agents = Array.from({ length: agentCount }, (_, index) =>
    person(index, 'Agent', agentDivision(index)),
  );
  const evaluators = Array.from({ length: evaluatorCount }, (_, index) =>
    person(agentCount + index, 'Evaluator', 0),
  );
  const teams = divisions.map((division, index): Team => ({
    id: ids.id('team', index),
    name: `Team ${division.name}`,
    divisionId: division.id,
  }));
  return {
    divisions,
    agents,
    evaluators,
    users: [...agents, ...evaluators],
    queues: queueNames.map((name, index): Queue => ({
      id: ids.id('queue', index),
      name,
      division: reference(1 + (index % (divisions.length - 1))),
    })),
    teams,
    restrictedDivisionIds: divisions.filter(({ name }) => restrictedNames.includes(name)).map(({ id }) => id),
    teamOf: (agent) => teams.find(({ divisionId }) => divisionId === agent.division.id) ?? pickFrom(teams, 0),
    skillOf: (agent) => {
      const position =
        Math.max(
          0,
          agents.findIndex(({ id }) => id === agent.id),
        ) % skillNames.length;
      return { id: ids.id('skill', position), name: skillNames[position] ?? '' };
    },
  };
}

/** Most agents work in divisions that a client sees; three work for partners. */
function agentDivision(index: number): number {
  return index >= agentCount - 3 ? divisionNames.indexOf('Partners') : 1 + (index % 4);
}
