"""The configuration that pages show."""

from dashboard.config.areas import contact_ways, may_start_kyc_for_many
from dashboard.config.settings import Config, Environment
from dashboard.partner.assumptions import list_params
from dashboard.web.context import PublicSettings


def public_settings(config: Config) -> PublicSettings:
    """Return the settings that pages show. They hold no secret."""
    return PublicSettings(
        environment=config.environment,
        is_production=config.environment is Environment.PRODUCTION,
        address=config.address,
        brand=config.brand,
        partner_api_url=config.partner_api_url,
        support_contact=config.support_contact,
        ticket_url=config.ticket_url,
        look=config.look,
        bulk_kyc=may_start_kyc_for_many(config),
        test_email=config.test_email,
        contact_ways=contact_ways(config),
        user_mail_from=config.user_mail_from,
        time_zone=config.time_zone,
        kyc_links=config.kyc_links,
        link_ttl=config.kyc_link_ttl,
        session_idle=config.session_idle,
        session_longest=config.session_longest,
        asks_again=config.asks_again(config.environment),
        list_params=list_params(config.partner_list_params),
        password_log_in=config.password_log_in,
        roles_from_claim=bool(config.oidc_issuer and config.oidc_roles),
        sso_name=config.oidc_name if config.oidc_issuer else None,
    )
