/** The one site of a record: that of its agent, which comes first. Who may see it is decided by all it touches. */
export function siteOf({ divisionIds }: { divisionIds: readonly string[] }): string | undefined {
  return divisionIds[0];
}
