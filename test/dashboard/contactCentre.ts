/** A business day of a contact centre until 14:45 in Berlin: two teams, two forms, a queue. */
import { agent, at, poll, type Reading } from './readings.js';
import type { Held } from './served.js';

const names = [
  'Amara Okafor',
  'Ben Whitfield',
  'Chiara Rossi',
  'Daniel Nowak',
  'Elif Yıldız',
  'Farid Haddad',
  'Grace Lindqvist',
  'Hugo Fernández',
  'Ines Carvalho',
  'Jonas Becker',
];

const times = ['07:00', '08:00', '09:15', '10:30', '11:45', '12:45', '13:30'];

/** Scores that wander, each agent's in its own way, the same in every run. */
function course(index: number): [string, number, number][] {
  return times.map((time, step) => {
    const wave = Math.sin(index * 1.7 + step * (0.5 + (index % 3) * 0.3));
    const score = 84 - index * 2.1 + wave * 7 + step * (index % 2 === 0 ? 0.7 : -0.5);
    return [time, step * 2 + 1 + (index % 3), Math.round(Math.min(100, score) * 10) / 10];
  });
}

const teams = ['Billing', 'Retention'] as const;
const teamOf = (index: number) => teams[index % 2] ?? 'Billing';

const overall = names.flatMap((name, index) => agent(`agent-${index}`, name, teamOf(index), course(index)));
const few: Reading[] = [
  ...agent('agent-new', 'Kofi Mensah', 'Billing', [['11:45', 1, 100]]),
  ...agent('agent-idle', 'Lena Sommer', 'Retention', [['07:00', 0, null]]),
];
const byForm = [...names.keys()].flatMap((index) =>
  agent(`agent-${index}`, names[index] ?? '', teamOf(index), course(index + 3).slice(-2), [
    'form',
    index % 3 === 0 ? 'form-sales' : 'form-support',
    index % 3 === 0 ? 'Sales call' : 'Support call',
  ]),
);
const byQueue = [0, 1, 2].flatMap((index) =>
  agent(`agent-${index}`, names[index] ?? '', teamOf(index), course(index).slice(-1), [
    'queue',
    'queue-vip',
    'VIP hotline',
  ]),
);

export const contactCentre: Held = {
  readings: [...overall, ...few, ...byForm, ...byQueue].map((row) => ({ ...row, pass_rate: passRate(row) })),
  polls: [poll(at('13:30')), poll(at('13:43'))],
};

/** As if so many had passed as the mean score suggests. */
function passRate({ evaluation_count: count, average_score: score }: Reading): number | null {
  return score === null ? null : (Math.round((count * score) / 100) / count) * 100;
}

/** 14:45 in Berlin. */
export const moment = Date.parse(at('13:45'));
