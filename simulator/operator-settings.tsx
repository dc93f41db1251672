import type { Environment } from './environment.ts'
import { Choice, Field, Switch, TypedForm } from './typed-form.tsx'

export function SettingsForms({
  environment,
  keyIds,
}: {
  environment: Environment
  keyIds: readonly string[]
}) {
  const { settings, webhooks, redirectUrls } = environment
  return (
    <>
      <section class="card">
        <TypedForm path="settings" fields={{}}>
          <Field name="webhook_url" label="Webhook URL (empty: nowhere)" type="url" value={webhooks.url} />
          <Field
            name="backchannel_logout_uri"
            label="Back-channel logout URL (empty: none)"
            type="url"
            value={redirectUrls.backchannel_logout_uri ?? ''}
          />
          <div class="pair">
            <Choice name="mode" label="Mode" value={settings.mode} options={MODES} />
            <Choice
              name="idp_initiated_target"
              label="A login from the identity provider arrives at"
              value={settings.idp_initiated_target}
              options={TARGETS}
            />
          </div>
          <Switch
            name="hold"
            isOn={webhooks.hold}
            label="Hold webhooks: deliver them by hand, in any order"
          />
          <Switch name="echo_nonce" isOn={settings.echo_nonce} label="ID tokens repeat the nonce" />
          <Switch
            name="echo_state_on_error"
            isOn={settings.echo_state_on_error}
            label="Error callbacks carry the state"
          />
          <Switch
            name="management_api"
            isOn={settings.management_api}
            label="Allow Scalekit Management API access"
          />
          <button type="submit">Save settings</button>
        </TypedForm>
      </section>
      <section class="card">
        <h3>Signing keys</h3>
        <ol class="keys">
          {keyIds.map((kid, index) => (
            <li>
              <code>{kid}</code>
              {index === 0 && ' signs'}
            </li>
          ))}
        </ol>
        <form method="post" action="/operator/keys/rotate" class="line">
          <button type="submit">Rotate keys</button>
          <button type="submit" class="destructive" name="retire_old" value="true">
            Rotate and withdraw the old ones
          </button>
        </form>
      </section>
    </>
  )
}

const MODES = [
  ['modular', 'Modular SSO'],
  ['fsa', 'Full-Stack Auth'],
] as const

const TARGETS = [
  ['initiate_login', 'the initiate login URL'],
  ['callback', 'the callback URL'],
] as const
