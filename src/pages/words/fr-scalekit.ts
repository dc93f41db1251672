import type { ScalekitWords } from './explanation.ts'

const SIGN_IN_AGAIN = 'Reconnectez-vous.'
const SEND_TO_SITE =
  'Vous ne pouvez pas résoudre ce problème vous-même\u00a0: envoyez les détails ci-dessous aux responsables de ce site.'
const SEND_TO_ADMIN =
  'Vous ne pouvez pas résoudre ce problème vous-même\u00a0: envoyez les détails ci-dessous au service informatique de votre organisation.'

/** The site asks the sign-in service for something that this does not do for it. */
const ofSite = (technical: string) => ({
  detail: 'Ce site et son service de connexion ne fonctionnent pas ensemble comme ils le devraient.',
  remedy: SEND_TO_SITE,
  technical,
})

/** The single sign-on of a customer is not set up as it has to be. */
const ofSetup = (technical: string) => ({
  detail: 'L’authentification unique de votre organisation ne fonctionne pas comme elle le devrait.',
  remedy: SEND_TO_ADMIN,
  technical,
})

const tooLate = {
  detail: 'La réponse du système de connexion de votre organisation est arrivée trop tard.',
  remedy:
    'Reconnectez-vous. Si cela se reproduit, envoyez les détails ci-dessous au service informatique de votre organisation.',
  technical:
    'La réponse du fournisseur d’identité est arrivée trop tard, ou son horloge n’est pas à l’heure. Vérifiez l’horloge.',
}

const badCredentials = ofSite(
  'Le service de connexion n’accepte pas les identifiants de ce site. Vérifiez SCALEKIT_CLIENT_ID et SCALEKIT_CLIENT_SECRET.',
)

const unsupported = ofSite(
  'Le service de connexion ne prend pas en charge ce type de requête. Vérifiez que SCALEKIT_ENVIRONMENT_URL désigne un environnement Scalekit.',
)

const wrongAcsUrl = ofSetup(
  'L’URL ACS configurée chez le fournisseur d’identité n’est pas la bonne. Corrigez-la à cet endroit.',
)

/** What is said of each of Scalekit's error codes. */
export function scalekitWords(): ScalekitWords {
  return {
    // Of the person
    access_denied: {
      detail: 'La connexion a été annulée ou refusée.',
      remedy: 'Reconnectez-vous et autorisez l’accès si la question vous est posée.',
      technical:
        'Si personne ne l’a annulée, c’est le fournisseur d’identité qui a refusé\u00a0: vérifiez que cette personne peut y utiliser l’application.',
    },
    login_required: {
      detail: 'Votre session n’est pas ouverte auprès du service de connexion.',
      remedy: SIGN_IN_AGAIN,
    },
    user_login_required: { detail: 'Vous devez vous connecter.', remedy: SIGN_IN_AGAIN },
    authentication_not_completed: {
      detail: 'La connexion auprès de votre organisation n’a pas été terminée.',
      remedy: 'Reconnectez-vous et suivez toutes les étapes jusqu’au bout.',
    },
    invalid_state: { detail: 'La connexion a pris trop de temps.', remedy: SIGN_IN_AGAIN },
    invalid_grant: {
      detail: 'Cette connexion a déjà été utilisée ou a pris trop de temps.',
      remedy: SIGN_IN_AGAIN,
    },

    // Of the sign-in service
    server_error: {
      detail: 'Le service de connexion a rencontré une erreur interne.',
      remedy: 'Réessayez dans un instant. Si le problème persiste, signalez-le aux responsables de ce site.',
      technical:
        'Scalekit a signalé une erreur interne. Si elle persiste, contactez son support en indiquant la date et l’heure ci-dessous.',
    },
    temporarily_unavailable: {
      detail: 'Le service de connexion est surchargé ou en maintenance.',
      remedy: 'Réessayez dans quelques minutes.',
      technical: 'Scalekit indique être temporairement indisponible. Si cela dure, contactez son support.',
    },
    unknown: {
      detail: 'Le service de connexion a signalé une erreur.',
      remedy: 'Reconnectez-vous. Si le problème persiste, signalez-le aux responsables de ce site.',
      technical:
        'Scalekit a signalé une erreur qu’il ne documente pas. Son code se trouve dans le journal, sous la référence ci-dessous.',
    },

    // Of the site
    invalid_request: ofSite(
      'La requête de connexion était mal formée. Vérifiez les paramètres du lien qui a lancé la connexion.',
    ),
    unauthorized_client: ofSite(
      'L’application n’a pas le droit de connecter quelqu’un de cette manière. Autorisez pour elle le flux «\u00a0authorization code\u00a0» dans le tableau de bord Scalekit.',
    ),
    unsupported_response_type: unsupported,
    unsupported_grant_type: unsupported,
    invalid_scope: ofSite(
      'La requête de connexion demande des scopes auxquels l’application n’a pas droit. Autorisez openid, email et profile dans le tableau de bord Scalekit.',
    ),
    invalid_redirect_uri: ofSite(
      'L’adresse de retour n’est pas enregistrée. Ajoutez l’URL de callback ci-dessous, au caractère près, aux URL de redirection dans le tableau de bord Scalekit.',
    ),
    invalid_connection_selector: {
      detail: 'La connexion n’indiquait pas à quelle organisation vous appartenez.',
      remedy:
        'Ouvrez la page d’accueil et connectez-vous à partir de là. Si vous vous retrouvez ici, envoyez les détails ci-dessous aux responsables de ce site.',
      technical:
        'La requête de connexion ne désigne ni organisation ni connexion SSO. Définissez `organization` ou `connection` pour le site, ou envoyez `login_hint`.',
    },
    invalid_organization_id: ofSite(
      'La requête de connexion désigne une organisation qui n’existe pas. Vérifiez son ID dans la configuration ou dans le lien qui a lancé la connexion.',
    ),
    invalid_connection_id: ofSite(
      'La requête de connexion désigne une connexion SSO qui n’existe pas. Vérifiez son ID dans la configuration ou dans le lien qui a lancé la connexion.',
    ),
    invalid_client: badCredentials,
    unauthorized: badCredentials,
    application_not_active: ofSite(
      'Cette application est désactivée dans le service de connexion. Activez-la dans le tableau de bord Scalekit.',
    ),

    // Of the customer's single sign-on
    no_active_connections: {
      detail: 'Aucune authentification unique n’est active pour votre organisation.',
      remedy: SEND_TO_ADMIN,
      technical:
        'Aucune connexion SSO de l’organisation n’est active. Configurez-en une ou activez-en une dans le portail d’administration.',
    },
    connection_not_active: {
      detail: 'L’authentification unique de votre organisation est désactivée.',
      remedy: SEND_TO_ADMIN,
      technical:
        'La connexion SSO existe, mais elle est désactivée. Activez-la dans le portail d’administration.',
    },
    no_configured_connections: {
      detail: 'L’authentification unique n’est pas encore configurée pour votre organisation.',
      remedy: SEND_TO_ADMIN,
      technical:
        'La configuration de la connexion SSO a été commencée, mais pas terminée. Terminez-la dans le portail d’administration.',
    },
    domain_not_found: {
      detail: 'Aucune organisation n’est enregistrée pour le domaine de cette adresse e-mail.',
      remedy:
        'Vérifiez que l’adresse ne contient pas de faute de frappe et reconnectez-vous. Si elle est correcte, envoyez les détails ci-dessous au service informatique de votre organisation.',
      technical:
        'Aucune organisation ne possède le domaine de cette adresse. Enregistrez le domaine pour l’organisation.',
    },
    invalid_user_domain: {
      detail: 'Le domaine de votre adresse e-mail n’est pas autorisé ici.',
      remedy: SEND_TO_ADMIN,
      technical:
        'Le fournisseur d’identité a envoyé une adresse dont le domaine n’est pas celui de l’organisation. Enregistrez le domaine pour l’organisation.',
    },
    user_not_active: {
      detail: 'Votre compte n’est pas actif.',
      remedy: SEND_TO_ADMIN,
      technical:
        'Le compte de cette personne n’est pas actif. Activez-le dans l’annuaire de votre organisation.',
    },
    mandatory_attribute_missing: {
      detail:
        'Le système de connexion de votre organisation n’a pas transmis toutes les informations nécessaires à votre sujet.',
      remedy: SEND_TO_ADMIN,
      technical:
        'Le fournisseur d’identité n’a pas envoyé un attribut obligatoire. Corrigez le mappage des attributs de la connexion SSO.',
    },
    invalid_id_token: ofSetup(
      'Le fournisseur d’identité a envoyé un jeton d’identité (ID token) non valide. Vérifiez l’ID client et l’émetteur (issuer) de la connexion SSO.',
    ),
    failed_to_exchange_token: ofSetup(
      'Le fournisseur d’identité a refusé d’émettre un jeton. Vérifiez le secret client de la connexion SSO.',
    ),
    user_info_retrieve_failed: ofSetup(
      'Le profil n’a pas pu être lu auprès du fournisseur d’identité. Vérifiez le secret client de la connexion SSO.',
    ),
    invalid_saml_metadata: ofSetup(
      'Les métadonnées SAML du fournisseur d’identité ne sont pas valides. Corrigez l’URL des métadonnées de la connexion SSO.',
    ),
    invalid_saml_response: ofSetup(
      'Le fournisseur d’identité a envoyé une réponse SAML incorrecte. Vérifiez la configuration de la connexion SSO des deux côtés.',
    ),
    malformed_saml_response: ofSetup(
      'Le fournisseur d’identité a envoyé une réponse SAML illisible. Vérifiez la configuration de la connexion SSO des deux côtés.',
    ),
    invalid_saml_request: ofSetup(
      'Le fournisseur d’identité a refusé la requête SAML. Vérifiez la configuration de la connexion SSO des deux côtés.',
    ),
    invalid_saml_form_params: ofSetup(
      'Le fournisseur d’identité a envoyé un formulaire SAML incorrect. Vérifiez la configuration de la connexion SSO des deux côtés.',
    ),
    invalid_status: ofSetup(
      'Le fournisseur d’identité a signalé un échec. Son propre journal indique lequel.',
    ),
    signature_validation_failed: ofSetup(
      'La signature de la réponse du fournisseur d’identité est incorrecte. Vérifiez le certificat et l’URL ACS de la connexion SSO.',
    ),
    invalid_acs_url: wrongAcsUrl,
    invalid_assertion_url: wrongAcsUrl,
    assertion_expired: tooLate,
    response_expired: tooLate,
  }
}
