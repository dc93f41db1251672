import type { ScalekitWords } from './explanation.ts'

const SIGN_IN_AGAIN = 'Vuelva a iniciar sesión.'
const SEND_TO_SITE =
  'No puede resolverlo por su cuenta: envíe los detalles de abajo al equipo responsable de este sitio.'
const SEND_TO_ADMIN =
  'No puede resolverlo por su cuenta: envíe los detalles de abajo al equipo de TI de su organización.'

/** The site asks the sign-in service for something that this does not do for it. */
const ofSite = (technical: string) => ({
  detail: 'Este sitio y su servicio de inicio de sesión no funcionan juntos como deberían.',
  remedy: SEND_TO_SITE,
  technical,
})

/** The single sign-on of a customer is not set up as it has to be. */
const ofSetup = (technical: string) => ({
  detail: 'El inicio de sesión único de su organización no funciona como debería.',
  remedy: SEND_TO_ADMIN,
  technical,
})

const tooLate = {
  detail: 'La respuesta del sistema de inicio de sesión de su organización llegó demasiado tarde.',
  remedy:
    'Vuelva a iniciar sesión. Si ocurre otra vez, envíe los detalles de abajo al equipo de TI de su organización.',
  technical:
    'La respuesta del proveedor de identidad llegó demasiado tarde, o su reloj no está en hora. Compruebe el reloj.',
}

const badCredentials = ofSite(
  'El servicio de inicio de sesión no acepta las credenciales de este sitio. Compruebe SCALEKIT_CLIENT_ID y SCALEKIT_CLIENT_SECRET.',
)

const unsupported = ofSite(
  'El servicio de inicio de sesión no admite este tipo de solicitud. Compruebe que SCALEKIT_ENVIRONMENT_URL corresponda a un entorno de Scalekit.',
)

const wrongAcsUrl = ofSetup(
  'El proveedor de identidad tiene configurada una URL de ACS incorrecta. Corríjala allí.',
)

/** What is said of each of Scalekit's error codes. */
export function scalekitWords(): ScalekitWords {
  return {
    // Of the person
    access_denied: {
      detail: 'El inicio de sesión se canceló o se rechazó.',
      remedy: 'Vuelva a iniciar sesión y permita el acceso si se le pide.',
      technical:
        'Si nadie lo canceló, lo rechazó el proveedor de identidad: compruebe que esta persona pueda usar la aplicación allí.',
    },
    login_required: {
      detail: 'No ha iniciado sesión en el servicio de inicio de sesión.',
      remedy: SIGN_IN_AGAIN,
    },
    user_login_required: { detail: 'Debe iniciar sesión.', remedy: SIGN_IN_AGAIN },
    authentication_not_completed: {
      detail: 'El inicio de sesión en su organización no se completó.',
      remedy: 'Vuelva a iniciar sesión y siga todos los pasos hasta el final.',
    },
    invalid_state: { detail: 'El inicio de sesión tardó demasiado.', remedy: SIGN_IN_AGAIN },
    invalid_grant: {
      detail: 'Este inicio de sesión ya se usó o tardó demasiado.',
      remedy: SIGN_IN_AGAIN,
    },

    // Of the sign-in service
    server_error: {
      detail: 'El servicio de inicio de sesión tuvo un error interno.',
      remedy:
        'Inténtelo de nuevo en un momento. Si sigue ocurriendo, avise al equipo responsable de este sitio.',
      technical:
        'Scalekit comunicó un error interno. Si persiste, póngase en contacto con su soporte e indique la fecha y hora de abajo.',
    },
    temporarily_unavailable: {
      detail: 'El servicio de inicio de sesión está sobrecargado o en mantenimiento.',
      remedy: 'Inténtelo de nuevo en unos minutos.',
      technical:
        'Scalekit indica que no está disponible temporalmente. Si persiste, póngase en contacto con su soporte.',
    },
    unknown: {
      detail: 'El servicio de inicio de sesión comunicó un error.',
      remedy: 'Vuelva a iniciar sesión. Si sigue ocurriendo, avise al equipo responsable de este sitio.',
      technical:
        'Scalekit comunicó un error que no documenta. Su código está en los registros, con la referencia de abajo.',
    },

    // Of the site
    invalid_request: ofSite(
      'La solicitud de inicio de sesión estaba mal formada. Compruebe los parámetros del enlace que comenzó el inicio de sesión.',
    ),
    unauthorized_client: ofSite(
      'La aplicación no puede iniciar la sesión de nadie de esta forma. Permita para ella la concesión “authorization code” en el panel de Scalekit.',
    ),
    unsupported_response_type: unsupported,
    unsupported_grant_type: unsupported,
    invalid_scope: ofSite(
      'La solicitud de inicio de sesión pide ámbitos (scopes) que la aplicación no puede tener. Permita openid, email y profile en el panel de Scalekit.',
    ),
    invalid_redirect_uri: ofSite(
      'La dirección de regreso no está registrada. Agregue la URL de callback de abajo, letra por letra, a las URL de redirección en el panel de Scalekit.',
    ),
    invalid_connection_selector: {
      detail: 'El inicio de sesión no indicó a qué organización pertenece usted.',
      remedy:
        'Abra la página principal e inicie sesión desde allí. Si vuelve a llegar aquí, envíe los detalles de abajo al equipo responsable de este sitio.',
      technical:
        'La solicitud de inicio de sesión no indica ninguna organización ni conexión SSO. Defina `organization` o `connection` para el sitio, o envíe `login_hint`.',
    },
    invalid_organization_id: ofSite(
      'La solicitud de inicio de sesión indica una organización que no existe. Compruebe su ID en la configuración o en el enlace que comenzó el inicio de sesión.',
    ),
    invalid_connection_id: ofSite(
      'La solicitud de inicio de sesión indica una conexión SSO que no existe. Compruebe su ID en la configuración o en el enlace que comenzó el inicio de sesión.',
    ),
    invalid_client: badCredentials,
    unauthorized: badCredentials,
    application_not_active: ofSite(
      'Esta aplicación está desactivada en el servicio de inicio de sesión. Actívela en el panel de Scalekit.',
    ),

    // Of the customer's single sign-on
    no_active_connections: {
      detail: 'Su organización no tiene activo el inicio de sesión único.',
      remedy: SEND_TO_ADMIN,
      technical:
        'Ninguna conexión SSO de la organización está activa. Configure una, o active una existente, en el portal de administración.',
    },
    connection_not_active: {
      detail: 'El inicio de sesión único de su organización está desactivado.',
      remedy: SEND_TO_ADMIN,
      technical: 'La conexión SSO existe, pero está desactivada. Actívela en el portal de administración.',
    },
    no_configured_connections: {
      detail: 'El inicio de sesión único aún no está configurado para su organización.',
      remedy: SEND_TO_ADMIN,
      technical:
        'La configuración de la conexión SSO se comenzó, pero no se terminó. Termínela en el portal de administración.',
    },
    domain_not_found: {
      detail: 'Ninguna organización está registrada para el dominio de esa dirección de correo electrónico.',
      remedy:
        'Compruebe que la dirección no tenga errores y vuelva a iniciar sesión. Si es correcta, envíe los detalles de abajo al equipo de TI de su organización.',
      technical:
        'Ninguna organización tiene el dominio de esta dirección. Registre el dominio para la organización.',
    },
    invalid_user_domain: {
      detail: 'El dominio de su dirección de correo electrónico no está permitido aquí.',
      remedy: SEND_TO_ADMIN,
      technical:
        'El proveedor de identidad envió una dirección de un dominio que la organización no tiene. Registre el dominio para la organización.',
    },
    user_not_active: {
      detail: 'Su cuenta no está activa.',
      remedy: SEND_TO_ADMIN,
      technical: 'La cuenta de esta persona no está activa. Actívela en el directorio de su organización.',
    },
    mandatory_attribute_missing: {
      detail:
        'El sistema de inicio de sesión de su organización no envió todos los datos necesarios sobre usted.',
      remedy: SEND_TO_ADMIN,
      technical:
        'El proveedor de identidad no envió un atributo obligatorio. Corrija la asignación de atributos de la conexión SSO.',
    },
    invalid_id_token: ofSetup(
      'El proveedor de identidad envió un token de ID no válido. Compruebe el ID de cliente y el emisor (issuer) de la conexión SSO.',
    ),
    failed_to_exchange_token: ofSetup(
      'El proveedor de identidad no quiso emitir un token. Compruebe el secreto de cliente de la conexión SSO.',
    ),
    user_info_retrieve_failed: ofSetup(
      'No se pudo leer el perfil en el proveedor de identidad. Compruebe el secreto de cliente de la conexión SSO.',
    ),
    invalid_saml_metadata: ofSetup(
      'Los metadatos SAML del proveedor de identidad no son válidos. Corrija la URL de metadatos de la conexión SSO.',
    ),
    invalid_saml_response: ofSetup(
      'El proveedor de identidad envió una respuesta SAML incorrecta. Compruebe la configuración de la conexión SSO en ambos lados.',
    ),
    malformed_saml_response: ofSetup(
      'El proveedor de identidad envió una respuesta SAML que no se puede leer. Compruebe la configuración de la conexión SSO en ambos lados.',
    ),
    invalid_saml_request: ofSetup(
      'El proveedor de identidad rechazó la solicitud SAML. Compruebe la configuración de la conexión SSO en ambos lados.',
    ),
    invalid_saml_form_params: ofSetup(
      'El proveedor de identidad envió un formulario SAML incorrecto. Compruebe la configuración de la conexión SSO en ambos lados.',
    ),
    invalid_status: ofSetup(
      'El proveedor de identidad comunicó un fallo. Sus propios registros indican cuál.',
    ),
    signature_validation_failed: ofSetup(
      'La respuesta del proveedor de identidad tiene una firma incorrecta. Compruebe el certificado y la URL de ACS de la conexión SSO.',
    ),
    invalid_acs_url: wrongAcsUrl,
    invalid_assertion_url: wrongAcsUrl,
    assertion_expired: tooLate,
    response_expired: tooLate,
  }
}
