import type { ScalekitWords } from './explanation.ts'

const SIGN_IN_AGAIN = 'Faça login novamente.'
const SEND_TO_SITE =
  'Você não consegue resolver isso por conta própria: envie os detalhes abaixo a quem administra este site.'
const SEND_TO_ADMIN =
  'Você não consegue resolver isso por conta própria: envie os detalhes abaixo à equipe de TI da sua organização.'

/** The site asks the sign-in service for something that this does not do for it. */
const ofSite = (technical: string) => ({
  detail: 'A comunicação entre este site e o serviço de login não está funcionando como deveria.',
  remedy: SEND_TO_SITE,
  technical,
})

/** The single sign-on of a customer is not set up as it has to be. */
const ofSetup = (technical: string) => ({
  detail: 'O login único da sua organização não está funcionando como deveria.',
  remedy: SEND_TO_ADMIN,
  technical,
})

const tooLate = {
  detail: 'A resposta do login da sua organização chegou tarde demais.',
  remedy:
    'Faça login novamente. Se acontecer de novo, envie os detalhes abaixo à equipe de TI da sua organização.',
  technical:
    'A resposta do provedor de identidade chegou tarde demais, ou o relógio dele está errado. Verifique o relógio.',
}

const badCredentials = ofSite(
  'O serviço de login não aceita as credenciais deste site. Verifique SCALEKIT_CLIENT_ID e SCALEKIT_CLIENT_SECRET.',
)

const unsupported = ofSite(
  'O serviço de login não oferece suporte a este tipo de solicitação. Verifique se SCALEKIT_ENVIRONMENT_URL indica um ambiente do Scalekit.',
)

const wrongAcsUrl = ofSetup(
  'O provedor de identidade está configurado com uma URL do ACS errada. Corrija-a no provedor.',
)

/** What is said of each of Scalekit's error codes. */
export function scalekitWords(): ScalekitWords {
  return {
    // Of the person
    access_denied: {
      detail: 'O login foi cancelado ou recusado.',
      remedy: 'Faça login novamente e, se for solicitado, permita o acesso.',
      technical:
        'Se ninguém cancelou o login, foi o provedor de identidade que o recusou: verifique nele se esta pessoa pode usar o aplicativo.',
    },
    login_required: { detail: 'Você não tem uma sessão aberta no serviço de login.', remedy: SIGN_IN_AGAIN },
    user_login_required: { detail: 'Você precisa fazer login.', remedy: SIGN_IN_AGAIN },
    authentication_not_completed: {
      detail: 'O login na sua organização não foi concluído.',
      remedy: 'Faça login novamente e siga até o fim.',
    },
    invalid_state: { detail: 'O login demorou demais.', remedy: SIGN_IN_AGAIN },
    invalid_grant: { detail: 'Este login já foi usado ou demorou demais.', remedy: SIGN_IN_AGAIN },

    // Of the sign-in service
    server_error: {
      detail: 'O serviço de login teve um erro interno.',
      remedy: 'Tente novamente em instantes. Se o problema continuar, avise quem administra este site.',
      technical:
        'O Scalekit informou um erro interno. Se ele persistir, contate o suporte do Scalekit e informe o horário abaixo.',
    },
    temporarily_unavailable: {
      detail: 'O serviço de login está sobrecarregado ou em manutenção.',
      remedy: 'Tente novamente em alguns minutos.',
      technical:
        'O Scalekit informa que está temporariamente indisponível. Se isso persistir, contate o suporte do Scalekit.',
    },
    unknown: {
      detail: 'O serviço de login informou um erro.',
      remedy: 'Faça login novamente. Se o problema continuar, avise quem administra este site.',
      technical:
        'O Scalekit informou um erro que não consta na documentação dele. O código do erro está no log, sob a referência abaixo.',
    },

    // Of the site
    invalid_request: ofSite(
      'A solicitação de login estava malformada. Verifique os parâmetros do link que iniciou o login.',
    ),
    unauthorized_client: ofSite(
      'O aplicativo não tem permissão para fazer o login desta forma. Permita a ele a concessão de código de autorização (authorization code grant) no painel do Scalekit.',
    ),
    unsupported_response_type: unsupported,
    unsupported_grant_type: unsupported,
    invalid_scope: ofSite(
      'A solicitação de login pede escopos não permitidos ao aplicativo. Permita openid, email e profile no painel do Scalekit.',
    ),
    invalid_redirect_uri: ofSite(
      'O endereço de retorno não está registrado. Adicione a URL de callback abaixo, letra por letra, às URLs de redirecionamento no painel do Scalekit.',
    ),
    invalid_connection_selector: {
      detail: 'O login não informou a qual organização você pertence.',
      remedy:
        'Abra a página inicial e faça login por lá. Se voltar a esta página, envie os detalhes abaixo a quem administra este site.',
      technical:
        'A solicitação de login não indica organização nem conexão. Defina `organization` ou `connection` para o site, ou envie `login_hint`.',
    },
    invalid_organization_id: ofSite(
      'A solicitação de login indica uma organização que não existe. Verifique o ID na configuração ou no link que iniciou o login.',
    ),
    invalid_connection_id: ofSite(
      'A solicitação de login indica uma conexão que não existe. Verifique o ID na configuração ou no link que iniciou o login.',
    ),
    invalid_client: badCredentials,
    unauthorized: badCredentials,
    application_not_active: ofSite(
      'Este aplicativo está desativado no serviço de login. Ative-o no painel do Scalekit.',
    ),

    // Of the customer's single sign-on
    no_active_connections: {
      detail: 'Sua organização não tem nenhuma conexão de login único ativa.',
      remedy: SEND_TO_ADMIN,
      technical:
        'Nenhuma conexão da organização está ativa. Configure ou ative uma no portal de administração.',
    },
    connection_not_active: {
      detail: 'A conexão de login único da sua organização está desativada.',
      remedy: SEND_TO_ADMIN,
      technical: 'A conexão existe, mas está desativada. Ative-a no portal de administração.',
    },
    no_configured_connections: {
      detail: 'O login único ainda não foi configurado para a sua organização.',
      remedy: SEND_TO_ADMIN,
      technical:
        'A configuração da conexão foi iniciada, mas não foi concluída. Conclua-a no portal de administração.',
    },
    domain_not_found: {
      detail: 'Nenhuma organização está registrada para o domínio desse endereço de e-mail.',
      remedy:
        'Verifique se há algum erro de digitação no endereço e faça login novamente. Se ele estiver certo, envie os detalhes abaixo à equipe de TI da sua organização.',
      technical:
        'Nenhuma organização tem o domínio deste endereço de e-mail. Registre o domínio para a organização.',
    },
    invalid_user_domain: {
      detail: 'O domínio do seu endereço de e-mail não é permitido aqui.',
      remedy: SEND_TO_ADMIN,
      technical:
        'O provedor de identidade enviou um endereço de e-mail de um domínio que a organização não tem. Registre o domínio para a organização.',
    },
    user_not_active: {
      detail: 'Sua conta não está ativa.',
      remedy: SEND_TO_ADMIN,
      technical: 'A conta desta pessoa não está ativa. Ative-a no diretório da organização.',
    },
    mandatory_attribute_missing: {
      detail: 'O login da sua organização não enviou informações suficientes sobre você.',
      remedy: SEND_TO_ADMIN,
      technical:
        'O provedor de identidade não enviou um atributo obrigatório. Corrija o mapeamento de atributos da conexão.',
    },
    invalid_id_token: ofSetup(
      'O provedor de identidade enviou um token de ID inválido. Verifique o ID do cliente e o emissor (issuer) da conexão.',
    ),
    failed_to_exchange_token: ofSetup(
      'O provedor de identidade se recusou a emitir um token. Verifique o segredo do cliente da conexão.',
    ),
    user_info_retrieve_failed: ofSetup(
      'Não foi possível ler o perfil no provedor de identidade. Verifique o segredo do cliente da conexão.',
    ),
    invalid_saml_metadata: ofSetup(
      'Os metadados SAML do provedor de identidade não são válidos. Corrija a URL de metadados da conexão.',
    ),
    invalid_saml_response: ofSetup(
      'O provedor de identidade enviou uma resposta SAML incorreta. Verifique a configuração da conexão dos dois lados.',
    ),
    malformed_saml_response: ofSetup(
      'O provedor de identidade enviou uma resposta SAML incorreta, que não pode ser lida. Verifique a configuração da conexão dos dois lados.',
    ),
    invalid_saml_request: ofSetup(
      'O provedor de identidade recusou a solicitação SAML. Verifique a configuração da conexão dos dois lados.',
    ),
    invalid_saml_form_params: ofSetup(
      'O provedor de identidade enviou um formulário SAML incorreto. Verifique a configuração da conexão dos dois lados.',
    ),
    invalid_status: ofSetup('O provedor de identidade informou uma falha. O log dele diz qual.'),
    signature_validation_failed: ofSetup(
      'A resposta do provedor de identidade tem uma assinatura errada. Verifique o certificado e a URL do ACS da conexão.',
    ),
    invalid_acs_url: wrongAcsUrl,
    invalid_assertion_url: wrongAcsUrl,
    assertion_expired: tooLate,
    response_expired: tooLate,
  }
}
