import type { Check, Reported } from './finding.ts'
import type { Project } from './project.ts'

/** Makes all checks, those of the network at the same time. @returns findings in the order of the checks */
export async function diagnose(project: Project, checks: readonly Check[]): Promise<readonly Reported[]> {
  const findings = await Promise.all(
    checks.map(async ({ id, title, judge }) =>
      (await judge(project)).map((finding) => ({ id, title, ...finding })),
    ),
  )
  return findings.flat()
}

/** Whether nothing is wrong: warnings do not count. */
export const isSound = (findings: readonly Reported[]): boolean =>
  findings.every(({ status }) => status !== 'problem')
