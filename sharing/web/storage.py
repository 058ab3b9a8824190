"""Static files under names that change with their content, so that browsers may keep them for ever.

Our modules import one another and name files they fetch later (`new URL("./land.json",
import.meta.url)`); in their served copies both name the hashed file too.
Scripts that packages bring along are left as they are: their imports are not meant for a browser.
"""

from servestatic.storage import CompressedManifestStaticFilesStorage

OURS = ("sharing", "members", "messaging", "payments", "cooperative", "listings", "bookings")
# import … from "./x.js", export … from, import "./x.js" and import("./x.js"), with or without semicolons
IMPORTS = r"""(?P<matched>(?P<lead>\b(?:from|import)\s*\(?\s*)["'](?P<url>\.{1,2}/[^"']+\.js)["'])"""
# new URL("./x.json", import.meta.url)
ADDRESSES = r"""(?P<matched>(?P<lead>\bnew URL\(\s*)["'](?P<url>\.{1,2}/[^"']+)["'])"""
LED = '%(lead)s"%(url)s"'


class HashedStaticFiles(CompressedManifestStaticFilesStorage):
    """Hashed and compressed, what our own modules import or fetch included."""

    patterns = (*CompressedManifestStaticFilesStorage.patterns, ("*.js", ((IMPORTS, LED), (ADDRESSES, LED))))

    def _post_process(self, paths, adjustable_paths, hashed_files):
        ours = [path for path in adjustable_paths if not path.endswith(".js") or path.split("/")[0] in OURS]
        # The passes repeat until no name changes any more; what is not ours is done after the first.
        paths = {path: at for path, at in paths.items() if path in ours or self.hash_key(path) not in hashed_files}
        return super()._post_process(paths, ours, hashed_files)
