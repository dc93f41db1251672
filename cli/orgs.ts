import type { Command } from 'commander'
import { inColumns } from './columns.ts'
import { askScalekit, orComplain, type ScalekitOptions, scalekitCommand } from './scalekit/command.ts'
import { inJson } from './terminal.ts'
import { examples } from './usage.ts'

export function addOrgs(program: Command): void {
  scalekitCommand(program, 'orgs', 'lists the organizations of the Scalekit environment')
    .addHelpText('after', examples('npx gatehouse orgs', 'npx gatehouse orgs --json'))
    .action(async (_options: object, command: Command) => {
      const options = command.optsWithGlobals<ScalekitOptions>()
      const organizations = orComplain(await (await askScalekit(options)).organizations())
      if (options.json) console.log(inJson({ organizations }))
      else if (organizations.length === 0) console.log(NONE)
      else
        console.log(
          inColumns(
            ['organization', 'external ID', 'name'],
            organizations.map(({ id, name, externalId = '' }) => [id, externalId, name]),
          ),
        )
    })
}

const NONE = 'The environment has no organization: create one under Organizations in the Scalekit dashboard.'
