"""How static files are named in production."""

from whitenoise.storage import CompressedManifestStaticFilesStorage


class NamedByContent(CompressedManifestStaticFilesStorage):
    """Names each file by its content, and in JavaScript the modules that it imports: a browser may keep both for ever."""

    support_js_module_import_aggregation = True
