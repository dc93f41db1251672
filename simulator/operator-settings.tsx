import type { Environment } from './environment.ts'

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
        <form method="post" action="/operator/settings">
          <label class="field">
            Webhook URL (empty: nowhere)
            <input type="url" name="webhook_url" value={webhooks.url} autocomplete="off" />
          </label>
          <label class="field">
            Back-channel logout URL (empty: none)
            <input
              type="url"
              name="backchannel_logout_uri"
              value={redirectUrls.backchannel_logout_uri ?? ''}
              autocomplete="off"
            />
          </label>
          <div class="pair">
            <label class="field">
              Mode
              <select name="mode">
                <option value="modular" selected={settings.mode === 'modular'}>
                  Modular SSO
                </option>
                <option value="fsa" selected={settings.mode === 'fsa'}>
                  Full-Stack Auth
                </option>
              </select>
            </label>
            <label class="field">
              A login from the identity provider arrives at
              <select name="idp_initiated_target">
                <option value="initiate_login" selected={settings.idp_initiated_target === 'initiate_login'}>
                  the initiate login URL
                </option>
                <option value="callback" selected={settings.idp_initiated_target === 'callback'}>
                  the callback URL
                </option>
              </select>
            </label>
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
        </form>
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

function Switch({ name, isOn, label }: { name: string; isOn: boolean; label: string }) {
  return (
    <label class="switch">
      <input type="checkbox" name={name} value="true" checked={isOn} />
      {label}
    </label>
  )
}
