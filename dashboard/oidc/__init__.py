"""Single sign-on by OpenID Connect: the code flow with PKCE, against one provider.

Authlib knows the protocol and joserfc the signatures; what goes over the wire goes by `partner`'s
transport, with its deadline, its cap and no redirects. Authlib is an extra, in
`requirements-sso.txt`, so `client` is imported only where single sign-on is set up.
"""
