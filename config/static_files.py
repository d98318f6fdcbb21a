"""How static files are named in production."""

from whitenoise.storage import CompressedManifestStaticFilesStorage


class NamedByContent(CompressedManifestStaticFilesStorage):
    """Names each file by its content, and in the app's modules those that they import: a browser may keep both for ever.

    Django's own `support_js_module_import_aggregation` would read the modules of other people's packages too, some of
    which import what is not there.
    """

    patterns = (
        *CompressedManifestStaticFilesStorage.patterns,
        ("js/app/*.js", ((r"""(?P<matched>from "(?P<url>\./.*?)";)""", 'from "%(url)s";'),)),
    )
