/** Dockerfile and .dockerignore: what can be known of the image without Docker. */
import { readFile } from 'node:fs/promises';
import { expect, it } from 'vitest';
import { projectFile } from './compose/composeFile.js';

const linesOf = async (name: string) => (await readFile(projectFile(name), 'utf8')).split('\n');

it('is given all that the build reads', async () => {
  const ignored = await linesOf('.dockerignore');
  expect(ignored).toContain('*');
  const given = ignored.filter((line) => line.startsWith('!')).map((line) => line.slice(1));
  const { include } = JSON.parse(await readFile(projectFile('tsconfig.build.json'), 'utf8')) as {
    include: string[];
  };
  const copied = (await linesOf('Dockerfile'))
    .filter((line) => line.startsWith('COPY ') && !line.includes('--from='))
    .flatMap((line) => line.split(' ').slice(1, -1))
    .filter((path) => path !== '.');
  expect(given).toEqual(
    expect.arrayContaining([...include, ...copied, 'tsconfig.json', 'tsconfig.build.json']),
  );
});

it('gives the C library the settings that the command has from its first line', async () => {
  const [first = ''] = await linesOf('cli/main.ts');
  const [, settings] = /^#!\/usr\/bin\/env -S (\S+=\S+) node$/.exec(first) ?? [];
  const [environment] = (await linesOf('Dockerfile')).filter((line) => line.startsWith('ENV '));
  expect(environment?.split(' ')).toContain(settings);
});
