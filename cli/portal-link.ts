import type { Command } from 'commander'
import { askScalekit, orComplain, type ScalekitOptions, scalekitCommand } from './scalekit/command.ts'
import { inJson } from './terminal.ts'
import { examples, parseOrganization } from './usage.ts'

export function addPortalLink(program: Command): void {
  scalekitCommand(
    program,
    'portal-link',
    'makes a link to the admin portal, where a customer sets up its SSO',
  )
    .argument('<org>', 'an organization, org_…: npx gatehouse orgs lists them', parseOrganization)
    .addHelpText('after', examples('npx gatehouse portal-link org_12345678901234567'))
    .action(async (organization: string, _options: object, command: Command) => {
      const options = command.optsWithGlobals<ScalekitOptions>()
      const { location, expires } = orComplain(await (await askScalekit(options)).portalLink(organization))
      console.error(WARNING)
      console.log(options.json ? inJson({ organization, link: location, expires }) : location)
    })
}

const WARNING =
  'This link opens once, within one minute, for six hours, and whoever has it changes how this customer signs in. It cannot be mailed: ' +
  'open it while you are on the phone with their administrator, or switch on adminPortal (/auth/admin-portal), ' +
  'or copy a seven-day link from the Scalekit dashboard.'
