import type { ScalekitWords } from './explanation.ts'

const SIGN_IN_AGAIN = 'Melden Sie sich erneut an.'
const SEND_TO_SITE =
  'Sie können das nicht selbst beheben: Senden Sie die Details unten an die Betreiber dieser Website.'
const SEND_TO_ADMIN =
  'Sie können das nicht selbst beheben: Senden Sie die Details unten an die IT-Abteilung Ihrer Organisation.'

/** The site asks the sign-in service for something that this does not do for it. */
const ofSite = (technical: string) => ({
  detail: 'Diese Website und ihr Anmeldedienst arbeiten nicht richtig zusammen.',
  remedy: SEND_TO_SITE,
  technical,
})

/** The single sign-on of a customer is not set up as it has to be. */
const ofSetup = (technical: string) => ({
  detail: 'Das Single Sign-On Ihrer Organisation funktioniert nicht richtig.',
  remedy: SEND_TO_ADMIN,
  technical,
})

const tooLate = {
  detail: 'Die Antwort vom Anmeldesystem Ihrer Organisation kam zu spät.',
  remedy:
    'Melden Sie sich erneut an. Wenn das wieder passiert, senden Sie die Details unten an die IT-Abteilung Ihrer Organisation.',
  technical:
    'Die Antwort des Identitätsanbieters kam zu spät, oder seine Uhr geht falsch. Prüfen Sie die Uhrzeit.',
}

const badCredentials = ofSite(
  'Der Anmeldedienst akzeptiert die Zugangsdaten dieser Website nicht. Prüfen Sie SCALEKIT_CLIENT_ID und SCALEKIT_CLIENT_SECRET.',
)

const unsupported = ofSite(
  'Der Anmeldedienst unterstützt diese Art von Anfrage nicht. Prüfen Sie, ob SCALEKIT_ENVIRONMENT_URL auf eine Scalekit-Umgebung zeigt.',
)

const wrongAcsUrl = ofSetup(
  'Beim Identitätsanbieter ist eine falsche ACS-URL eingetragen. Korrigieren Sie sie dort.',
)

/** What is said of each of Scalekit's error codes. */
export function scalekitWords(): ScalekitWords {
  return {
    // Of the person
    access_denied: {
      detail: 'Die Anmeldung wurde abgebrochen oder abgelehnt.',
      remedy: 'Melden Sie sich erneut an, und stimmen Sie dem Zugriff zu, wenn Sie danach gefragt werden.',
      technical:
        'Wenn niemand abgebrochen hat, hat der Identitätsanbieter abgelehnt: Prüfen Sie, ob diese Person die Anwendung dort verwenden darf.',
    },
    login_required: { detail: 'Sie sind beim Anmeldedienst nicht angemeldet.', remedy: SIGN_IN_AGAIN },
    user_login_required: { detail: 'Sie müssen sich anmelden.', remedy: SIGN_IN_AGAIN },
    authentication_not_completed: {
      detail: 'Die Anmeldung bei Ihrer Organisation wurde nicht abgeschlossen.',
      remedy: 'Melden Sie sich erneut an, und folgen Sie allen Schritten bis zum Ende.',
    },
    invalid_state: { detail: 'Die Anmeldung hat zu lange gedauert.', remedy: SIGN_IN_AGAIN },
    invalid_grant: {
      detail: 'Diese Anmeldung wurde bereits verwendet oder hat zu lange gedauert.',
      remedy: SIGN_IN_AGAIN,
    },

    // Of the sign-in service
    server_error: {
      detail: 'Beim Anmeldedienst ist ein interner Fehler aufgetreten.',
      remedy:
        'Versuchen Sie es gleich noch einmal. Wenn das weiterhin passiert, geben Sie den Betreibern dieser Website Bescheid.',
      technical:
        'Scalekit hat einen internen Fehler gemeldet. Wenn er bestehen bleibt, wenden Sie sich an den Support von Scalekit, und nennen Sie den Zeitpunkt unten.',
    },
    temporarily_unavailable: {
      detail: 'Der Anmeldedienst ist überlastet oder wird gerade gewartet.',
      remedy: 'Versuchen Sie es in ein paar Minuten noch einmal.',
      technical:
        'Scalekit meldet, dass es vorübergehend nicht verfügbar ist. Wenn das so bleibt, wenden Sie sich an den Support von Scalekit.',
    },
    unknown: {
      detail: 'Der Anmeldedienst hat einen Fehler gemeldet.',
      remedy:
        'Melden Sie sich erneut an. Wenn das weiterhin passiert, geben Sie den Betreibern dieser Website Bescheid.',
      technical:
        'Scalekit hat einen Fehler gemeldet, der nicht dokumentiert ist. Sein Code steht im Protokoll unter der Referenz unten.',
    },

    // Of the site
    invalid_request: ofSite(
      'Die Anmeldeanfrage war fehlerhaft. Prüfen Sie die Parameter des Links, mit dem die Anmeldung begonnen hat.',
    ),
    unauthorized_client: ofSite(
      'Die Anwendung darf auf diese Weise niemanden anmelden. Erlauben Sie ihr im Scalekit-Dashboard den Authorization Code Grant.',
    ),
    unsupported_response_type: unsupported,
    unsupported_grant_type: unsupported,
    invalid_scope: ofSite(
      'Die Anmeldeanfrage verlangt Scopes, die der Anwendung nicht zustehen. Erlauben Sie openid, email und profile im Scalekit-Dashboard.',
    ),
    invalid_redirect_uri: ofSite(
      'Die Rücksprungadresse ist nicht registriert. Tragen Sie die Callback-URL unten Zeichen für Zeichen bei den Redirect-URLs im Scalekit-Dashboard ein.',
    ),
    invalid_connection_selector: {
      detail: 'Bei der Anmeldung wurde nicht mitgeteilt, zu welcher Organisation Sie gehören.',
      remedy:
        'Öffnen Sie die Startseite, und melden Sie sich von dort aus an. Wenn Sie wieder hier landen, senden Sie die Details unten an die Betreiber dieser Website.',
      technical:
        'Die Anmeldeanfrage nennt weder eine Organisation noch eine Verbindung. Setzen Sie `organization` oder `connection` für die Website, oder senden Sie `login_hint` mit.',
    },
    invalid_organization_id: ofSite(
      'Die Anmeldeanfrage nennt eine Organisation, die es nicht gibt. Prüfen Sie deren ID in der Konfiguration oder in dem Link, mit dem die Anmeldung begonnen hat.',
    ),
    invalid_connection_id: ofSite(
      'Die Anmeldeanfrage nennt eine Verbindung, die es nicht gibt. Prüfen Sie deren ID in der Konfiguration oder in dem Link, mit dem die Anmeldung begonnen hat.',
    ),
    invalid_client: badCredentials,
    unauthorized: badCredentials,
    application_not_active: ofSite(
      'Diese Anwendung ist beim Anmeldedienst ausgeschaltet. Aktivieren Sie sie im Scalekit-Dashboard.',
    ),

    // Of the customer's single sign-on
    no_active_connections: {
      detail: 'Für Ihre Organisation ist kein Single Sign-On aktiv.',
      remedy: SEND_TO_ADMIN,
      technical:
        'Keine Verbindung der Organisation ist aktiv. Richten Sie im Admin-Portal eine ein, oder aktivieren Sie dort eine vorhandene.',
    },
    connection_not_active: {
      detail: 'Das Single Sign-On Ihrer Organisation ist ausgeschaltet.',
      remedy: SEND_TO_ADMIN,
      technical: 'Die Verbindung ist vorhanden, aber deaktiviert. Aktivieren Sie sie im Admin-Portal.',
    },
    no_configured_connections: {
      detail: 'Das Single Sign-On ist für Ihre Organisation noch nicht eingerichtet.',
      remedy: SEND_TO_ADMIN,
      technical:
        'Die Einrichtung der Verbindung wurde begonnen, aber nicht abgeschlossen. Schließen Sie sie im Admin-Portal ab.',
    },
    domain_not_found: {
      detail: 'Für die Domain dieser E-Mail-Adresse ist keine Organisation registriert.',
      remedy:
        'Prüfen Sie die Adresse auf Tippfehler, und melden Sie sich erneut an. Wenn sie stimmt, senden Sie die Details unten an die IT-Abteilung Ihrer Organisation.',
      technical:
        'Zu keiner Organisation gehört die Domain dieser Adresse. Registrieren Sie die Domain für die Organisation.',
    },
    invalid_user_domain: {
      detail: 'Die Domain Ihrer E-Mail-Adresse ist hier nicht zugelassen.',
      remedy: SEND_TO_ADMIN,
      technical:
        'Der Identitätsanbieter hat eine Adresse gesendet, deren Domain nicht zur Organisation gehört. Registrieren Sie die Domain für die Organisation.',
    },
    user_not_active: {
      detail: 'Ihr Konto ist nicht aktiv.',
      remedy: SEND_TO_ADMIN,
      technical:
        'Das Konto dieser Person ist nicht aktiv. Aktivieren Sie es im Verzeichnis Ihrer Organisation.',
    },
    mandatory_attribute_missing: {
      detail: 'Das Anmeldesystem Ihrer Organisation hat nicht alle nötigen Angaben zu Ihnen übermittelt.',
      remedy: SEND_TO_ADMIN,
      technical:
        'Der Identitätsanbieter hat ein erforderliches Attribut nicht gesendet. Korrigieren Sie die Attributzuordnung der Verbindung.',
    },
    invalid_id_token: ofSetup(
      'Der Identitätsanbieter hat ein ungültiges ID-Token gesendet. Prüfen Sie die Client-ID und den Issuer der Verbindung.',
    ),
    failed_to_exchange_token: ofSetup(
      'Der Identitätsanbieter hat kein Token ausgestellt. Prüfen Sie das Client-Secret der Verbindung.',
    ),
    user_info_retrieve_failed: ofSetup(
      'Das Profil konnte nicht vom Identitätsanbieter gelesen werden. Prüfen Sie das Client-Secret der Verbindung.',
    ),
    invalid_saml_metadata: ofSetup(
      'Die SAML-Metadaten des Identitätsanbieters sind ungültig. Korrigieren Sie die Metadaten-URL der Verbindung.',
    ),
    invalid_saml_response: ofSetup(
      'Der Identitätsanbieter hat eine fehlerhafte SAML-Antwort gesendet. Prüfen Sie die Einrichtung der Verbindung auf beiden Seiten.',
    ),
    malformed_saml_response: ofSetup(
      'Der Identitätsanbieter hat eine SAML-Antwort gesendet, die nicht gelesen werden kann. Prüfen Sie die Einrichtung der Verbindung auf beiden Seiten.',
    ),
    invalid_saml_request: ofSetup(
      'Der Identitätsanbieter hat die SAML-Anfrage abgelehnt. Prüfen Sie die Einrichtung der Verbindung auf beiden Seiten.',
    ),
    invalid_saml_form_params: ofSetup(
      'Der Identitätsanbieter hat ein fehlerhaftes SAML-Formular gesendet. Prüfen Sie die Einrichtung der Verbindung auf beiden Seiten.',
    ),
    invalid_status: ofSetup(
      'Der Identitätsanbieter hat einen Fehler gemeldet. Welchen, steht in seinem eigenen Protokoll.',
    ),
    signature_validation_failed: ofSetup(
      'Die Antwort des Identitätsanbieters trägt eine falsche Signatur. Prüfen Sie das Zertifikat und die ACS-URL der Verbindung.',
    ),
    invalid_acs_url: wrongAcsUrl,
    invalid_assertion_url: wrongAcsUrl,
    assertion_expired: tooLate,
    response_expired: tooLate,
  }
}
